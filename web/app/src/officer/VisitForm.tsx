// A visit that did not end with "no change": what was found, and a note about the house.
import { useEffect, useState } from 'preact/hooks'
import * as work from '../api/work'
import { FormFrame } from '../clerk/FormFrame'
import { TroubleBox } from '../clerk/TroubleBox'
import { useSubmission } from '../clerk/submission'
import { texts } from '../i18n'
import { Field } from '../ui/Field'
import { dirty, say } from '../view/desk'
import { nameOf } from './HouseList'
import { done, goOn, heard, refresh, refused, undoable } from './day'
import { noteError } from './note'
import { words } from './texts'

type Found = 'changed' | 'no_access' | 'gone'
const found: readonly Found[] = ['no_access', 'changed', 'gone']

export function VisitForm({ house }: { house: work.GridHouse }) {
  const t = words.value
  const [result, setResult] = useState<Found | ''>('')
  const [note, setNote] = useState('')
  const [demolition, setDemolition] = useState(true)
  const [missing, setMissing] = useState(false)
  const submission = useSubmission()
  const proposal = useSubmission()
  useEffect(() => {
    dirty.value = result !== '' || note.trim() !== ''
  }, [result, note])

  useEffect(() => refused(submission.trouble), [submission.trouble])

  async function save(): Promise<void> {
    setMissing(result === '')
    if (result === '') return
    const body: work.NewVisit = { code: house.code, result, ...(note.trim() ? { note: note.trim() } : {}) }
    // Sent again after half of it worked, the visit carries the same key and happens once.
    const answer = await submission.send(body, (key) => work.visit(body, key))
    if (!answer) return
    heard(answer.house)
    if (result === 'gone' && demolition) {
      const ask: work.NewProposal = { kind: 'demolition', code: house.code, note: note.trim() }
      if (!(await proposal.send(ask, (key) => work.propose(ask, key)))) return
      say(t.sent)
    }
    undoable.value = { visit: answer.visit.id, code: house.code, name: nameOf(house) }
    done()
    goOn(house.code)
    void refresh()
  }

  const trouble = submission.trouble ?? proposal.trouble
  return (
    <FormFrame title={t.visitTitle} code={house.code} submit={t.save} busy={submission.busy || proposal.busy} onSubmit={() => void save()}>
      <TroubleBox trouble={trouble} fields={['note']} />
      <fieldset class="choices" {...(missing ? { 'aria-describedby': 'found-error' } : {})}>
        <legend>{t.whatFound}</legend>
        {found.map((f) => (
          <label key={f}>
            <input type="radio" name="found" value={f} checked={result === f} {...(missing ? { 'aria-invalid': 'true' as const } : {})} onChange={() => setResult(f)} />
            <span>
              {t.result[f]}
              <small>{t.resultHint[f]}</small>
            </span>
          </label>
        ))}
        {missing && (
          <p class="field-error" id="found-error">
            {texts.value.act.choose}
          </p>
        )}
      </fieldset>
      {result === 'gone' && (
        <label class="check">
          <input type="checkbox" checked={demolition} onChange={(event) => setDemolition(event.currentTarget.checked)} /> {t.alsoDemolition}
        </label>
      )}
      <Field label={`${t.note} (${texts.value.clerk.optional})`} hint={t.noteHint} error={noteError(trouble, t)}>
        {(tie) => <textarea {...tie} rows={3} maxLength={500} value={note} onInput={(event) => setNote(event.currentTarget.value)} />}
      </Field>
    </FormFrame>
  )
}
