// What an officer asks the clerks to record: a new house, one that is gone, or something that is wrong. With a point or a
// sketch where that helps: corners are tapped, nothing has to be dragged.
import { useEffect, useState } from 'preact/hooks'
import * as work from '../api/work'
import { FormFrame } from '../clerk/FormFrame'
import { SketchTools } from '../clerk/SketchTools'
import { TroubleBox } from '../clerk/TroubleBox'
import { sketch, startDrawing, stopDrawing, takeDrawn } from '../clerk/sketch'
import { fieldError, useSubmission } from '../clerk/submission'
import { texts } from '../i18n'
import { Icon } from '../ui/Icon'
import { Field } from '../ui/Field'
import { dirty, say } from '../view/desk'
import { done, filter, proposing, refresh } from './day'
import { noteError } from './note'
import { words } from './texts'

export function ProposeForm({ house }: { house: work.GridHouse | null }) {
  const t = words.value
  const kind = proposing.value
  const fresh = kind === 'new_building'
  const [note, setNote] = useState('')
  const [local, setLocal] = useState<Record<string, string>>({})
  const submission = useSubmission()
  useEffect(() => {
    if (fresh) startDrawing('point')
    return stopDrawing
  }, [])
  useEffect(() => {
    if (note.trim() !== '') dirty.value = true
  }, [note])

  async function send(): Promise<void> {
    const geometry = sketch.peek() ? takeDrawn() : null
    const wrong: Record<string, string> = {}
    if (fresh && !geometry) wrong['geometry'] = texts.value.draw.needed
    if (kind === 'correction' && note.trim() === '' && !geometry) wrong['note'] = texts.value.session.required
    setLocal(wrong)
    if (Object.keys(wrong).length > 0) return
    const body: work.NewProposal = { kind, note: note.trim(), ...(house && !fresh ? { code: house.code } : {}), ...(geometry ? { geometry } : {}) }
    if (!(await submission.send(body, (key) => work.propose(body, key)))) return
    say(t.sent)
    filter.value = fresh ? 'proposals' : filter.peek()
    done()
    void refresh()
  }

  return (
    <FormFrame title={t.proposeTitle[kind]} {...(house && !fresh ? { code: house.code } : {})} submit={t.send} busy={submission.busy} onSubmit={() => void send()}>
      <p class="form-text">{t.proposeHint[kind]}</p>
      <TroubleBox trouble={submission.trouble} fields={['note', 'geometry']} />
      {sketch.value ? (
        <SketchTools adjusting={false} error={local['geometry'] ?? fieldError(submission.trouble, 'geometry')} />
      ) : (
        <button type="button" class="button start" onClick={() => startDrawing('polygon')}>
          <Icon name="outline" /> {t.addSketch}
        </button>
      )}
      <Field
        label={kind === 'correction' ? t.whatIsWrong : `${t.note} (${texts.value.clerk.optional})`}
        hint={t.noteHint}
        error={local['note'] ?? noteError(submission.trouble, t)}
      >
        {(tie) => <textarea {...tie} rows={2} maxLength={500} value={note} onInput={(event) => setNote(event.currentTarget.value)} />}
      </Field>
    </FormFrame>
  )
}
