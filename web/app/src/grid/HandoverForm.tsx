// All that a person has goes to another at an instant, as one event.
import { useEffect, useState } from 'preact/hooks'
import * as grid from '../api/grid'
import type { AssignmentPreview, Handover, PersonRef } from '../api/grid'
import { fieldError, useSubmission } from '../clerk/submission'
import { Field, TextInput } from '../ui/Field'
import { dirty, say } from '../view/desk'
import { Changes } from './Changes'
import { InstantField, whenText } from './InstantField'
import { PersonPicker } from './pickers'
import { Refusal } from './Refusal'
import * as selection from './selection'
import { nameOf, reload, role } from './state'
import { t } from './texts'
import { inverse, last } from './undoing'

interface Props {
  from: PersonRef
  onDone(): void
}

export function HandoverForm({ from, onDone }: Props) {
  const m = t.value.handover
  const submission = useSubmission()
  const [to, setTo] = useState<PersonRef | null>(null)
  const [at, setAt] = useState<string | null>(null)
  const [reason, setReason] = useState('')
  const [which, setWhich] = useState<'all' | 'chosen'>('all')
  const [tried, setTried] = useState(false)
  const [preview, setPreview] = useState<AssignmentPreview | null>(null)
  const chosen = [...selection.chosen.value.cells]
  useEffect(() => setPreview(null), [which === 'chosen' ? selection.chosen.value : null])

  const body = (): Handover => ({
    fromPerson: from.name ?? '',
    toPerson: to?.name ?? '',
    role: role.peek(),
    reason: reason.trim(),
    ...(at ? { at } : {}),
    ...(which === 'chosen' ? { cells: chosen } : {}),
  })

  async function submit(): Promise<void> {
    setTried(true)
    if (!to?.name || (which === 'chosen' && chosen.length === 0)) return
    if (!preview) {
      const found = await submission.send(body(), () => grid.previewHandover(body()))
      if (found) setPreview(found)
      return
    }
    const done = await submission.send(body(), (key) => grid.handOver(body(), key))
    if (!done) return
    const back = inverse(preview, role.peek(), at, t.value.assign.undoReason)
    const text = m.done(nameOf(from), nameOf(to), preview.changes.length)
    last.value = back && { text, back }
    say(text)
    dirty.value = false
    onDone()
    await reload()
  }

  return (
    <form
      class="form"
      noValidate
      aria-labelledby="handover-title"
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <header class="form-head">
        <h2 id="handover-title">{m.title(nameOf(from))}</h2>
      </header>
      {preview ? (
        <Changes preview={preview} />
      ) : (
        <>
          <p class="form-text">{m.text}</p>
          <Field label={m.to} error={fieldError(submission.trouble, 'toPerson') ?? (tried && !to?.name ? t.value.assign.personNeeded : undefined)}>
            {(tie) => <PersonPicker tie={tie} value={to} role={role.value} without={from.name} onChoice={(p) => (setTo(p), setPreview(null))} />}
          </Field>
          <fieldset class="choices">
            <legend>{m.which}</legend>
            {(['all', 'chosen'] as const).map((way) => (
              <label key={way}>
                <input type="radio" name="handover-which" checked={which === way} onChange={() => (setWhich(way), setPreview(null))} />
                <span>{way === 'all' ? m.all : m.chosen(chosen.length)}</span>
              </label>
            ))}
          </fieldset>
          <InstantField label={m.at} value={at} error={fieldError(submission.trouble, 'at')} onChange={(instant) => (setAt(instant), setPreview(null))} />
          <Field label={t.value.assign.reason} hint={t.value.assign.reasonHint} error={fieldError(submission.trouble, 'reason')}>
            {(tie) => <TextInput tie={tie} value={reason} maxLength={500} onText={setReason} />}
          </Field>
        </>
      )}
      <Refusal trouble={submission.trouble} fields={preview ? [] : ['toPerson', 'at', 'reason']} />
      <footer class="form-foot">
        <button type="button" class="button" onClick={preview ? () => setPreview(null) : onDone}>
          {preview ? t.value.assign.back : t.value.cancel}
        </button>
        <button type="submit" class="button primary" aria-disabled={submission.busy || preview?.changes.length === 0}>
          {submission.busy ? t.value.assign.working : preview ? m.commit(preview.changes.length, whenText(at)) : t.value.assign.look}
        </button>
      </footer>
    </form>
  )
}
