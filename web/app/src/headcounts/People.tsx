// How many live in a house: the sum, each statement with its evidence, and what was stated before.
import { useEffect, useState } from 'preact/hooks'
import * as api from '../api/headcounts'
import { Attempt } from '../api/attempt'
import { ProblemError } from '../api/http'
import { lang, showDate, texts } from '../i18n'
import { Dialog } from '../ui/Dialog'
import { Field } from '../ui/Field'
import { Icon } from '../ui/Icon'
import { info, say, take } from '../view/desk'
import { hide, show, shown } from './shown'
import { words } from './texts'

interface Props {
  code: string
  mayState: boolean
  isClerk: boolean
}

export function People({ code, mayState, isClerk }: Props) {
  const t = words.value
  useEffect(() => {
    // Kept while a form is in hand; another house is asked for anew.
    if (shown.peek()?.code !== code) hide()
  }, [code])
  const now = shown.value?.code === code ? shown.value : null
  return (
    <section aria-labelledby="people-title">
      <h3 id="people-title">{t.people}</h3>
      {!now && (
        <>
          <button type="button" class="button small start" aria-describedby="people-hint" onClick={() => void show(code)}>
            <Icon name="people" /> {t.show}
          </button>
          <p class="quiet-text" id="people-hint">
            {t.showHint}
          </p>
        </>
      )}
      {now && !now.counts && now.failure === 'none' && <p class="quiet-text">{t.loading}</p>}
      {now?.failure === 'not_yours' && <p role="status">{t.notYours}</p>}
      {now?.failure === 'failed' && (
        <p class="field-error" role="alert">
          {t.failed}{' '}
          <button type="button" class="link" onClick={() => void show(code)}>
            {texts.value.card.retry}
          </button>
        </p>
      )}
      {now?.counts && <Counts counts={now.counts} mayState={mayState} />}
      {mayState && now?.failure !== 'not_yours' && (
        <div class="count-acts">
          <button type="button" class="button small" onClick={() => take('counts')}>
            <Icon name="pen" /> {t.state}
          </button>
          {isClerk && (
            <button type="button" class="button small" onClick={() => take('countTable')}>
              {t.upload}
            </button>
          )}
        </div>
      )}
    </section>
  )
}

function Counts({ counts, mayState }: { counts: api.Headcounts; mayState: boolean }) {
  const t = words.value
  const [leaving, setLeaving] = useState<api.Statement | null>(null)
  const { total, statements } = counts
  const today = info.value?.today ?? ''
  const holds = statements.filter((s) => s.from <= today && (s.to === null || s.to > today))
  const others = statements.filter((s) => !holds.includes(s))
  return (
    <div class="people" role="status">
      <p>
        <strong>{statements.length === 0 ? t.noneStated : t.total(total.heads, total.dwellings)}</strong>
        {total.permits > 0 && ` · ${t.permitsOf(total.permits)}`}
      </p>
      <p class="quiet-text">{total.confirmedTo && total.confirmedTo > today ? t.confirmedTo(showDate(total.confirmedTo, lang.value)) : t.unconfirmed}</p>
      {holds.length > 0 && <Statements list={holds} mayState={mayState} onTakeBack={setLeaving} />}
      {others.length > 0 && (
        <details>
          <summary>
            {t.history} ({others.length})
          </summary>
          <Statements list={others} mayState={mayState} onTakeBack={setLeaving} />
        </details>
      )}
      {leaving && <TakeBack statement={leaving} code={counts.code} onClose={() => setLeaving(null)} />}
    </div>
  )
}

const nameOf = (s: api.Statement) => s.label || words.value.building

function Statements({ list, mayState, onTakeBack }: { list: api.Statement[]; mayState: boolean; onTakeBack(s: api.Statement): void }) {
  const t = words.value
  const day = (date: string) => showDate(date, lang.value)
  return (
    <ul class="statements plain">
      {list.map((s) => (
        <li key={`${s.code} ${s.from}`}>
          <span class="statement-label">{nameOf(s)}</span>
          <strong>
            {s.heads}
            {s.permits !== null && <small> ({s.permits})</small>}
          </strong>
          <span class="quiet-text">
            {t.said[s.evidence]} · {t.by[s.declarer]} · {t.since(day(s.from))} {s.to && t.until(day(s.to))} · {t.stated(day(s.statedAt))}
          </span>
          {mayState && (
            <button type="button" class="icon-button quiet" aria-label={t.takeBackOf(nameOf(s), day(s.from))} title={t.takeBack} onClick={() => onTakeBack(s)}>
              <Icon name="undo" />
            </button>
          )}
        </li>
      ))}
    </ul>
  )
}

/** A statement that never should have been is taken back with a reason. */
function TakeBack({ statement: s, code, onClose }: { statement: api.Statement; code: string; onClose(): void }) {
  const t = words.value
  const [reason, setReason] = useState('')
  const [error, setError] = useState('')
  const [busy, setBusy] = useState(false)
  const [attempt] = useState(() => new Attempt())

  async function send(): Promise<void> {
    if (busy) return
    if (reason.trim() === '') {
      setError(texts.value.session.required)
      return
    }
    setBusy(true)
    const body: api.Withdrawal = { code: s.code, from: s.from, reason: reason.trim() }
    try {
      await api.withdraw(body, attempt.keyFor(body))
      say(t.takenBack)
      onClose()
      void show(code)
    } catch (cause) {
      setError(cause instanceof ProblemError ? (cause.problem.errors?.[0]?.reason ?? cause.message) : texts.value.trouble.unreachable)
    } finally {
      setBusy(false)
    }
  }

  return (
    <Dialog title={t.takeBackTitle} onClose={onClose}>
      <form
        class="dialog-body"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <p>{t.takeBackHint(nameOf(s), showDate(s.from, lang.value))}</p>
        <Field label={texts.value.field.reason} error={error || undefined}>
          {(tie) => <textarea {...tie} rows={2} maxLength={500} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />}
        </Field>
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>
            {texts.value.clerk.cancel}
          </button>
          <button type="submit" class="button danger" aria-disabled={busy}>
            {t.takeBack}
          </button>
        </footer>
      </form>
    </Dialog>
  )
}
