// A person who is not there yet: an account with its roles, and its first password.
import { useState } from 'preact/hooks'
import { type Office, addAccount, changePerson } from '../api/people'
import { fieldError, useSubmission } from '../clerk/submission'
import { Refusal } from '../grid/Refusal'
import { Field, Select, TextInput } from '../ui/Field'
import { dirty, info, say } from '../view/desk'
import { RoleTerms } from './RoleTerms'
import { accountName, backwards, fresh, isAccountName, termOf } from './terms'
import { t } from './texts'

interface Props {
  offices: readonly Office[]
  /** The account that was made, and its password. */
  onMade(name: string, password: string): void
  onCancel(): void
}

export function NewPerson({ offices, onMade, onCancel }: Props) {
  const m = t.value
  const zone = info.value?.timezone ?? 'UTC'
  const submission = useSubmission()
  const [name, setName] = useState('')
  const [display, setDisplay] = useState('')
  const [office, setOffice] = useState('')
  const [terms, setTerms] = useState([fresh('officer')])
  const [tried, setTried] = useState(false)
  const account = accountName(name)
  const wrong = backwards(terms, zone, new Date().toISOString())

  async function save(): Promise<void> {
    setTried(true)
    if (!isAccountName(account) || terms.length === 0 || wrong.length > 0) return
    const roles = terms.map((term) => termOf(term, zone))
    const made = await submission.send({ account, display, roles }, () => addAccount({ name: account, displayName: display.trim(), roles }))
    if (!made) return
    // The account is there whatever becomes of its office: the password must not be lost over it.
    if (office) await submission.send({ account, office }, () => changePerson(account, { office }))
    dirty.value = false
    say(m.created(account))
    onMade(account, made.password ?? '')
  }

  return (
    <form
      class="form person-form"
      noValidate
      aria-labelledby="new-title"
      onInput={() => (dirty.value = true)}
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <header class="form-head">
        <h2 id="new-title">{m.addTitle}</h2>
      </header>
      <Field label={m.account} hint={m.accountHint} error={fieldError(submission.trouble, 'name') ?? (tried && account === '' ? m.needed : tried && !isAccountName(account) ? m.accountBad : undefined)}>
        {(tie) => <TextInput tie={tie} value={name} maxLength={60} autoCapitalize="none" spellcheck={false} autoComplete="off" onText={setName} />}
      </Field>
      <Field label={m.displayName} hint={m.displayNameHint} error={fieldError(submission.trouble, 'displayName')}>
        {(tie) => <TextInput tie={tie} value={display} maxLength={100} autoComplete="off" onText={setDisplay} />}
      </Field>
      <Field label={m.office} error={fieldError(submission.trouble, 'office')}>
        {(tie) => <Select tie={tie} value={office} options={officeOptions(offices, m.noOffice)} onChoice={setOffice} />}
      </Field>
      <RoleTerms terms={terms} wrong={tried ? wrong : []} error={fieldError(submission.trouble, 'roles') ?? (tried && terms.length === 0 ? m.rolesNeeded : undefined)} onChange={setTerms} />
      <Refusal trouble={submission.trouble} fields={['name', 'displayName', 'office', 'roles']} />
      <footer class="form-foot">
        <button type="button" class="button" onClick={onCancel}>
          {m.cancel}
        </button>
        <button type="submit" class="button primary" aria-disabled={submission.busy}>
          {submission.busy ? m.saving : m.create}
        </button>
      </footer>
    </form>
  )
}

export const officeOptions = (offices: readonly Office[], none: string, keep = ''): [string, string][] => [
  ['', none],
  ...offices.filter((o) => !o.closed || o.id === keep).map((o): [string, string] => [o.id, o.name]),
]
