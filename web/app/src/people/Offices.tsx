// The offices: the one thing about the people that everybody is told.
import { useState } from 'preact/hooks'
import { type Office, addOffice, changeOffice } from '../api/people'
import type { Division } from '../api/types'
import { fieldError, useSubmission } from '../clerk/submission'
import { PlacePicker } from '../grid/pickers'
import { Refusal } from '../grid/Refusal'
import { Field, TextInput } from '../ui/Field'
import { Icon } from '../ui/Icon'
import { say } from '../view/desk'
import { t } from './texts'

interface Props {
  offices: readonly Office[]
  onChanged(): void
}

export function Offices({ offices, onChanged }: Props) {
  const m = t.value
  const [editing, setEditing] = useState<string | null>(null)
  const done = () => {
    setEditing(null)
    onChanged()
  }
  return (
    <section class="page-column" aria-labelledby="offices-title">
      <header class="panel-head">
        <h2 id="offices-title">{m.officesTitle}</h2>
        {editing === null && (
          <button type="button" class="button primary" onClick={() => setEditing('')}>
            <Icon name="plus" /> {m.addOffice}
          </button>
        )}
      </header>
      <p class="quiet-text">{m.officesText}</p>
      {editing === '' && <OfficeForm office={null} onDone={done} onCancel={() => setEditing(null)} />}
      {offices.length === 0 && editing === null && <p class="empty-note">{m.noOffices}</p>}
      <ul class="cards">
        {offices.map((office) => (
          <li key={office.id}>
            {editing === office.id ? (
              <OfficeForm office={office} onDone={done} onCancel={() => setEditing(null)} />
            ) : (
              <>
                <p>
                  <strong>{office.name}</strong> {office.closed && <span class="chip">{m.closed}</span>}
                </p>
                <p>{office.phone}</p>
                <p class="quiet-text">{[office.address, office.division?.name].filter(Boolean).join(', ')}</p>
                <div class="sketch-buttons">
                  <button type="button" class="button small" aria-label={m.editOffice(office.name)} onClick={() => setEditing(office.id)}>
                    <Icon name="pen" /> {m.editOffice('').trim()}
                  </button>
                </div>
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function OfficeForm({ office, onDone, onCancel }: { office: Office | null; onDone(): void; onCancel(): void }) {
  const m = t.value
  const submission = useSubmission()
  const [name, setName] = useState(office?.name ?? '')
  const [phone, setPhone] = useState(office?.phone ?? '')
  const [address, setAddress] = useState(office?.address ?? '')
  const [division, setDivision] = useState<Pick<Division, 'id' | 'name'> | null>(office?.division ?? null)
  const [tried, setTried] = useState(false)
  const body = { name: name.trim(), phone: phone.trim(), address: address.trim(), division: division?.id ?? null }

  async function send(closed?: boolean): Promise<void> {
    setTried(true)
    if (closed === undefined && (body.name === '' || body.phone === '')) return
    const saved = await submission.send({ ...body, closed }, (key) => (office ? changeOffice(office.id, closed === undefined ? body : { closed }) : addOffice(body, key)))
    if (!saved) return
    say(m.officeSaved(saved.name))
    onDone()
  }

  return (
    <form
      class="office-form"
      noValidate
      aria-label={office ? m.editOffice(office.name) : m.addOffice}
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <Field label={m.officeName} error={fieldError(submission.trouble, 'name') ?? (tried && body.name === '' ? m.needed : undefined)}>
        {(tie) => <TextInput tie={tie} value={name} maxLength={100} autoFocus onText={setName} />}
      </Field>
      <Field label={m.phone} hint={m.phoneHint} error={fieldError(submission.trouble, 'phone') ?? (tried && body.phone === '' ? m.needed : undefined)}>
        {(tie) => <TextInput tie={tie} value={phone} maxLength={40} autoComplete="off" onText={setPhone} />}
      </Field>
      <Field label={m.address} error={fieldError(submission.trouble, 'address')}>
        {(tie) => <TextInput tie={tie} value={address} maxLength={200} autoComplete="off" onText={setAddress} />}
      </Field>
      <Field label={m.division} error={fieldError(submission.trouble, 'division')}>
        {(tie) => <PlacePicker tie={tie} value={division as Division | null} onChoice={setDivision} />}
      </Field>
      <Refusal trouble={submission.trouble} fields={['name', 'phone', 'address', 'division']} />
      <div class="sketch-buttons">
        <button type="button" class="button" onClick={onCancel}>
          {m.cancel}
        </button>
        {office && (
          <button type="button" class="button" aria-disabled={submission.busy} onClick={() => void send(!office.closed)}>
            {office.closed ? m.reopenOffice : m.closeOffice}
          </button>
        )}
        <button type="submit" class="button primary" aria-disabled={submission.busy}>
          {submission.busy ? m.saving : m.save}
        </button>
      </div>
    </form>
  )
}
