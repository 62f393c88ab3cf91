// One person: name, office and roles to edit, what they answer for, their leave, and their account.
import { useEffect, useState } from 'preact/hooks'
import { type Absence, absences } from '../api/grid'
import { type Office, type Person, changePerson, resetPassword, setDisabled } from '../api/people'
import { fieldError, useSubmission } from '../clerk/submission'
import { Refusal } from '../grid/Refusal'
import { lang, showInstant } from '../i18n'
import { Field, Select, TextInput } from '../ui/Field'
import { Icon } from '../ui/Icon'
import { account, dirty, info, say } from '../view/desk'
import { officeOptions } from './NewPerson'
import { RoleTerms } from './RoleTerms'
import { backwards, draftOf, same, termOf } from './terms'
import { t } from './texts'

interface Props {
  person: Person
  offices: readonly Office[]
  onChanged(person: Person): void
  onPassword(name: string, password: string): void
  onAccess(name: string): void
  onBack(): void
}

export function PersonCard({ person, offices, onChanged, onPassword, onAccess, onBack }: Props) {
  const m = t.value
  const zone = info.value?.timezone ?? 'UTC'
  const submission = useSubmission()
  const before = person.roles.map((term) => draftOf(term, zone))
  const [display, setDisplay] = useState(person.displayName)
  const [office, setOffice] = useState(person.office?.id ?? '')
  const [terms, setTerms] = useState(before)
  const [tried, setTried] = useState(false)
  const wrong = backwards(terms, zone, new Date().toISOString())
  const changed = {
    ...(display.trim() !== person.displayName ? { displayName: display.trim() } : {}),
    ...(office !== (person.office?.id ?? '') ? { office: office || null } : {}),
    ...(same(terms, before) ? {} : { roles: terms.map((term) => termOf(term, zone)) }),
  }
  const touched = Object.keys(changed).length > 0
  useEffect(() => {
    dirty.value = touched
    return () => void (dirty.value = false)
  }, [touched])

  async function save(): Promise<void> {
    setTried(true)
    if (!touched || wrong.length > 0) return
    const saved = await submission.send(changed, () => changePerson(person.name, changed))
    if (!saved) return
    setTried(false)
    setDisplay(saved.displayName)
    setTerms(saved.roles.map((term) => draftOf(term, zone)))
    say(m.saved(saved.displayName || saved.name))
    onChanged(saved)
  }

  return (
    <section class="person-card" aria-labelledby="person-title">
      <header class="panel-head">
        <button type="button" class="icon-button quiet person-back" aria-label={m.back} title={m.back} onClick={onBack}>
          <Icon name="left" />
        </button>
        <h2 id="person-title" tabIndex={-1}>
          {person.displayName || person.name} <span class="quiet-text code">{person.name}</span>
        </h2>
        {person.disabled && <span class="chip">{m.disabled}</span>}
      </header>
      <form
        class="person-fields"
        noValidate
        aria-labelledby="person-title"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <div class="field-pair">
          <Field label={m.displayName} error={fieldError(submission.trouble, 'displayName')}>
            {(tie) => <TextInput tie={tie} value={display} maxLength={100} autoComplete="off" onText={setDisplay} />}
          </Field>
          <Field label={m.office} error={fieldError(submission.trouble, 'office')}>
            {(tie) => <Select tie={tie} value={office} options={officeOptions(offices, m.noOffice, person.office?.id)} onChoice={setOffice} />}
          </Field>
        </div>
        <RoleTerms terms={terms} wrong={tried ? wrong : []} error={fieldError(submission.trouble, 'roles')} onChange={setTerms} />
        <Refusal trouble={submission.trouble} fields={['displayName', 'office', 'roles']} />
        <button type="submit" class="button primary" aria-disabled={submission.busy || !touched}>
          {submission.busy ? m.saving : m.save}
        </button>
      </form>
      <section aria-labelledby="load-title">
        <h3 id="load-title">{m.load}</h3>
        <p>{person.load && person.load.cells > 0 ? m.loadText(person.load) : m.noLoad}</p>
      </section>
      <Leave name={person.name} />
      <AccountActions person={person} onChanged={onChanged} onPassword={onPassword} />
      <button type="button" class="button" onClick={() => onAccess(person.name)}>
        <Icon name="eye" /> {m.seeAccess}
      </button>
      <section aria-labelledby="tokens-title">
        <h3 id="tokens-title">{m.tokens}</h3>
        <p class="quiet-text">{m.tokensText}</p>
      </section>
    </section>
  )
}

function Leave({ name }: { name: string }) {
  const m = t.value
  const zone = info.value?.timezone ?? 'UTC'
  const [list, setList] = useState<Absence[] | null>(null)
  useEffect(() => {
    const stop = new AbortController()
    absences(stop.signal).then(
      (all) => setList(all.filter((a) => a.person.name === name)),
      () => undefined, // leave is a remark here; the grid page tells of troubles
    )
    return () => stop.abort()
  }, [name])
  if (list === null) return null
  return (
    <section aria-labelledby="leave-title">
      <h3 id="leave-title">{m.absences}</h3>
      {list.length === 0 ? (
        <p>{m.noAbsences}</p>
      ) : (
        <ul class="plain">
          {list.map((a) => (
            <li key={a.id}>
              {showInstant(a.from, lang.value, zone)} – {showInstant(a.to, lang.value, zone)}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function AccountActions({ person, onChanged, onPassword }: Pick<Props, 'person' | 'onChanged' | 'onPassword'>) {
  const m = t.value
  const submission = useSubmission()
  const [asked, setAsked] = useState<'reset' | 'disable' | null>(null)
  const own = account.value?.name === person.name

  async function reset(): Promise<void> {
    const done = await submission.send('reset', () => resetPassword(person.name))
    if (!done) return
    setAsked(null)
    onPassword(person.name, done.password ?? '')
  }
  async function shut(disabled: boolean): Promise<void> {
    const done = await submission.send(disabled, () => setDisabled(person.name, disabled))
    if (!done) return
    setAsked(null)
    say(disabled ? m.disabledDone(person.name) : m.enabledDone(person.name))
    onChanged({ ...person, disabled })
  }

  return (
    <section class="account-actions" aria-label={m.account}>
      <Refusal trouble={submission.trouble} />
      {asked ? (
        <>
          <p role="alert">{asked === 'reset' ? m.resetText : m.disableText}</p>
          <div class="sketch-buttons">
            <button type="button" class="button" onClick={() => setAsked(null)}>
              {m.cancel}
            </button>
            <button type="button" class="button danger" aria-disabled={submission.busy} onClick={() => void (asked === 'reset' ? reset() : shut(true))}>
              {asked === 'reset' ? m.resetSure : m.disableSure(person.name)}
            </button>
          </div>
        </>
      ) : (
        <div class="sketch-buttons">
          <button type="button" class="button" onClick={() => setAsked('reset')}>
            {m.reset}
          </button>
          {!own && (
            <button type="button" class="button" onClick={() => (person.disabled ? void shut(false) : setAsked('disable'))}>
              {person.disabled ? m.enable : m.disable}
            </button>
          )}
        </div>
      )}
    </section>
  )
}
