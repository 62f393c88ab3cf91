// Takes an event back: first tried, with what would come of it, then for real.
import { useEffect, useState } from 'preact/hooks'
import { ProblemError } from '../api/http'
import * as life from '../api/life'
import type { Building, RegistryEvent } from '../api/types'
import { FormFrame } from '../clerk/FormFrame'
import { TroubleBox } from '../clerk/TroubleBox'
import { WhyFields } from '../clerk/WhyFields'
import { fieldError, isSlug, useSubmission } from '../clerk/submission'
import { lang, showDate, showInstant, texts } from '../i18n'
import { inFours } from '../registry/code'
import { given, isGiven, noWhy } from '../registry/draft'
import { Icon } from '../ui/Icon'
import { dirty, info, open, say, selected, task, wrote } from '../view/desk'
import { reload } from '../view/record'

export function RevertForm({ event }: { event: RegistryEvent }) {
  const t = texts.value
  const [why, setWhy] = useState(noWhy)
  const [missing, setMissing] = useState('')
  const [outcome, setOutcome] = useState<life.Outcome | null>(null)
  const trial = useSubmission()
  const real = useSubmission()
  const trouble = real.trouble ?? trial.trouble

  useEffect(() => {
    dirty.value = isGiven(why)
  }, [why])

  const errorOf = (field: string) => (field === 'reason' && missing) || fieldError(trouble, field)

  async function go(): Promise<void> {
    setMissing(why.reason.trim() === '' ? t.session.required : '')
    if (why.reason.trim() === '') return
    const { reason, document } = given(why)
    const body: life.NewRevert = { events: [event.id], reason: reason ?? '', ...(document ? { document } : {}), dryRun: outcome === null }
    if (outcome === null) {
      const answer = await trial.send(body, (key) => life.revert(body, key))
      if (answer) setOutcome(answer.value)
      return
    }
    const answer = await real.send(body, (key) => life.revert(body, key))
    if (!answer) {
      setOutcome(null) // something came in between: it has to be tried again
      return
    }
    dirty.value = false
    task.value = 'none'
    const here = answer.value.buildings.find((b) => b.code === selected.peek())
    if (here) wrote(here)
    void reload()
    say(t.life.revertDone(t.event[event.type] ?? event.type))
  }

  return (
    <FormFrame
      title={t.life.revertTitle}
      submit={outcome ? t.life.revertConfirm : t.life.revertTry}
      danger={outcome !== null}
      busy={trial.busy || real.busy}
      onSubmit={() => void go()}
    >
      <div class="standing">
        <strong>{t.event[event.type] ?? event.type}</strong> {event.validFrom && t.card.from(showDate(event.validFrom, lang.value))}
        <br />
        <span class="quiet-text">
          {showInstant(event.at, lang.value, info.value?.timezone ?? 'UTC')} {event.actor && t.card.by(event.actor)}
        </span>
      </div>
      {isSlug(trouble, 'blocked') ? <Blocked problem={trouble as ProblemError} /> : <TroubleBox trouble={trouble} fields={['reason', 'document', 'events']} />}
      {outcome ? <Come outcome={outcome} /> : <p class="form-text">{t.life.revertText}</p>}
      <WhyFields why={why} errorOf={errorOf} dateHint="" dated={false} reasonNeeded onChange={setWhy} />
    </FormFrame>
  )
}

/** What would come of it, house by house. */
function Come({ outcome }: { outcome: life.Outcome }) {
  const t = texts.value
  return (
    <section class="outcome" role="status" aria-label={t.life.outcome}>
      <h3>{t.life.outcome}</h3>
      <ul class="plain">
        {outcome.buildings.map((b) => (
          <li key={b.code}>
            <span class="code">{inFours(b.code)}</span> <span class={`chip status-${b.status}`}>{fate(b)}</span>
          </li>
        ))}
      </ul>
      {outcome.dwellings.length > 0 && <p class="quiet-text">{t.life.dwellingsToo(outcome.dwellings.length)}</p>}
      <p class="quiet-text">{t.life.nothingYet}</p>
    </section>
  )

  function fate(b: Building): string {
    if (b.status === 'active') return selected.peek() === b.code && b.version > 1 ? t.life.asBefore : t.life.livesOn
    return b.status === 'void' ? t.life.becomesVoid : t.status[b.status]
  }
}

/** What happened later and would have to be taken back first, with a way to it. */
function Blocked({ problem: { problem } }: { problem: ProblemError }) {
  const t = texts.value
  return (
    <div class="trouble" role="alert">
      <p class="trouble-head">
        <Icon name="alert" /> <strong>{t.life.blocked}</strong>
      </p>
      <ul class="plain">
        {(problem.errors ?? []).map((error) => {
          const code = /\b[1-9]\d{11}\b/.exec(error.reason)?.[0]
          const type = /^([a-z_]+) of /.exec(error.reason)?.[1] ?? ''
          return (
            <li key={error.field + error.reason} class="trouble-code">
              {code ? (
                <>
                  <span>{t.event[type] ?? type}</span>
                  <button type="button" class="link code" onClick={() => open(code)}>
                    {inFours(code)}
                  </button>
                </>
              ) : (
                error.reason
              )}
            </li>
          )
        })}
      </ul>
      <p>{t.life.blockedHint}</p>
    </div>
  )
}
