// Who is away and who stands in: leave leaves the assignments alone, and without a substitute the administrator answers.
import { useEffect, useState } from 'preact/hooks'
import * as grid from '../api/grid'
import type { Absence, PersonRef } from '../api/grid'
import { fieldError, useSubmission } from '../clerk/submission'
import { lang, showInstant } from '../i18n'
import { Field } from '../ui/Field'
import { Icon } from '../ui/Icon'
import { info, say } from '../view/desk'
import { InstantField } from './InstantField'
import { PersonPicker } from './pickers'
import { Refusal } from './Refusal'
import { mayAssign, nameOf, reload } from './state'
import { t } from './texts'

interface Props {
  /** Whose leave is to be written down: the form begins with them. */
  of: PersonRef | null
}

export function Absences({ of }: Props) {
  const m = t.value.absences
  const [list, setList] = useState<Absence[] | null>(null)
  const [failed, setFailed] = useState(false)
  const [writing, setWriting] = useState(of !== null)
  const [doubted, setDoubted] = useState<string | null>(null)
  const submission = useSubmission()

  async function load(): Promise<void> {
    setFailed(false)
    try {
      setList((await grid.absences()).toSorted((a, b) => a.from.localeCompare(b.from)))
    } catch {
      setFailed(true)
    }
  }
  useEffect(() => void load(), [])

  async function withdraw(id: string): Promise<void> {
    const done = await submission.send(id, async () => (await grid.withdrawAbsence(id), true))
    if (!done) return
    setDoubted(null)
    say(m.withdrawn)
    await Promise.all([load(), reload()])
  }

  const zone = info.value?.timezone ?? 'UTC'
  const now = new Date().toISOString()
  const said = (instant: string) => showInstant(instant, lang.value, zone)
  if (writing) {
    return (
      <AbsenceForm
        of={of}
        onDone={(written) => {
          setWriting(false)
          if (written) void Promise.all([load(), reload()])
        }}
      />
    )
  }
  return (
    <section class="grid-tab" aria-labelledby="absences-title">
      <header class="panel-head">
        <h2 id="absences-title">{m.title}</h2>
        {mayAssign.value && (
          <button type="button" class="button primary small" onClick={() => setWriting(true)}>
            <Icon name="plus" /> {m.add}
          </button>
        )}
      </header>
      <p class="form-text">{m.text}</p>
      {failed && (
        <div class="trouble" role="alert">
          <p>{m.failed}</p>
          <button type="button" class="button" onClick={() => void load()}>
            {t.value.territories.retry}
          </button>
        </div>
      )}
      {list === null && !failed && <p role="status">{t.value.territories.loading}</p>}
      {list?.length === 0 && <p class="empty-note">{m.none}</p>}
      <Refusal trouble={submission.trouble} />
      <ul class="cards">
        {list?.map((absence) => (
          <li key={absence.id}>
            <p>
              <strong>{nameOf(absence.person)}</strong> {absence.from <= now && now < absence.to && <span class="chip">{m.now}</span>}
            </p>
            <p class="quiet-text">{m.period(said(absence.from), said(absence.to))}</p>
            <p class="quiet-text">{absence.substitute ? m.substitute(nameOf(absence.substitute)) : m.noSubstitute}</p>
            {mayAssign.value && absence.to > now && (
              <div class="sketch-buttons">
                {doubted === absence.id ? (
                  <>
                    <button type="button" class="button small" onClick={() => setDoubted(null)}>
                      {m.keep}
                    </button>
                    <button type="button" class="button danger small" aria-disabled={submission.busy} onClick={() => void withdraw(absence.id)}>
                      {m.withdrawSure}
                    </button>
                  </>
                ) : (
                  <button type="button" class="button small" aria-label={m.withdrawOf(nameOf(absence.person))} onClick={() => setDoubted(absence.id)}>
                    {m.withdraw}
                  </button>
                )}
              </div>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function AbsenceForm({ of, onDone }: Props & { onDone(written: boolean): void }) {
  const m = t.value.absences
  const submission = useSubmission()
  const [person, setPerson] = useState<PersonRef | null>(of)
  const [substitute, setSubstitute] = useState<PersonRef | null>(null)
  const [from, setFrom] = useState<string | null>(null)
  const [to, setTo] = useState<string | null>(null)
  const [tried, setTried] = useState(false)
  const backwards = to !== null && to <= (from ?? new Date().toISOString())

  async function save(): Promise<void> {
    setTried(true)
    if (!person?.name || to === null || backwards) return
    const body = { person: person.name, substitute: substitute?.name ?? null, from: from ?? new Date().toISOString(), to }
    // Without a beginning it is now, which is another now at every try: the key goes by what was filled in.
    const saved = await submission.send({ ...body, from }, (key) => grid.addAbsence(body, key))
    if (!saved) return
    say(m.saved(nameOf(person)))
    onDone(true)
  }

  return (
    <form
      class="form"
      noValidate
      aria-labelledby="absence-title"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <header class="form-head">
        <h2 id="absence-title">{m.formTitle}</h2>
      </header>
      <Field label={m.person} error={fieldError(submission.trouble, 'person') ?? (tried && !person?.name ? t.value.assign.personNeeded : undefined)}>
        {(tie) => <PersonPicker tie={tie} value={person} without={substitute?.name} onChoice={setPerson} />}
      </Field>
      <Field label={m.standIn} hint={m.standInHint} error={fieldError(submission.trouble, 'substitute')}>
        {(tie) => <PersonPicker tie={tie} value={substitute} role="officer" without={person?.name} onChoice={setSubstitute} />}
      </Field>
      <InstantField label={m.from} value={from} error={fieldError(submission.trouble, 'from')} onChange={setFrom} />
      <InstantField label={m.to} hint={m.toHint} value={to} error={fieldError(submission.trouble, 'to') ?? (tried && to === null ? m.toNeeded : backwards ? m.backwards : undefined)} onChange={setTo} />
      <Refusal trouble={submission.trouble} fields={['person', 'substitute', 'from', 'to']} />
      <footer class="form-foot">
        <button type="button" class="button" onClick={() => onDone(false)}>
          {t.value.cancel}
        </button>
        <button type="submit" class="button primary" aria-disabled={submission.busy}>
          {submission.busy ? t.value.assign.working : m.save}
        </button>
      </footer>
    </form>
  )
}
