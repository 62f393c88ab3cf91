// Drawing a zone, and changing what is known of one: its facts or its outline.
import { useEffect, useState } from 'preact/hooks'
import { FormFrame } from '../clerk/FormFrame'
import { SketchTools } from '../clerk/SketchTools'
import { TroubleBox } from '../clerk/TroubleBox'
import { sketch, startAdjusting, startDrawing, stopDrawing, takeDrawn } from '../clerk/sketch'
import { fieldError, isStale, useSubmission } from '../clerk/submission'
import type { Answer } from '../api/http'
import { texts } from '../i18n'
import { dirty, say } from '../view/desk'
import * as api from './api'
import type { Zone } from './api'
import { finish, putDown } from './desk'
import { DateField } from './DateField'
import { Stale } from './Stale'
import { ReasonField, ZoneFields, blank, changedBody, draftOf, newBody, rebase, why } from './ZoneFields'
import { words } from './texts'

const fields = ['name', 'kind', 'note', 'geometry', 'validFrom', 'validTo', 'reason']

export function DrawZone() {
  const w = words.value
  const t = texts.value
  const [draft, setDraft] = useState(blank)
  const [local, setLocal] = useState<Record<string, string>>({})
  const submission = useSubmission()
  const errorOf = (field: string) => local[field] ?? fieldError(submission.trouble, field)

  useEffect(() => {
    startDrawing('polygon')
    return stopDrawing
  }, [])
  useEffect(() => {
    if (draft !== blank) dirty.value = true
  }, [draft])

  async function save(): Promise<void> {
    const geometry = takeDrawn()
    const wrong: Record<string, string> = {}
    if (!geometry) wrong['geometry'] = t.draw.needed
    if (draft.name.trim() === '') wrong['name'] = w.nameNeeded
    setLocal(wrong)
    if (!geometry || Object.keys(wrong).length > 0) return
    const body = { ...newBody(draft), geometry }
    const answer = await submission.send(body, (key) => api.draw(body, key))
    if (!answer) return
    finish(answer.value.id)
    say(w.drawn(answer.value.name))
  }

  return (
    <FormFrame title={w.actHint.draw} submit={w.drawSave} busy={submission.busy} onSubmit={() => void save()} onCancel={putDown}>
      <SketchTools adjusting={false} error={errorOf('geometry')} polygonOnly />
      <TroubleBox trouble={submission.trouble} fields={fields} />
      <ZoneFields draft={draft} fromHint={w.newFromHint} errorOf={errorOf} onChange={setDraft} />
    </FormFrame>
  )
}

export function EditFacts({ start }: { start: Answer<Zone> }) {
  const w = words.value
  const [base, setBase] = useState(start)
  const [draft, setDraft] = useState(() => draftOf(start.value))
  const [local, setLocal] = useState<Record<string, string>>({})
  const submission = useSubmission()
  const body = changedBody(base.value, draft)
  useEffect(() => {
    if (body) dirty.value = true
  }, [body !== null])

  function take(fresh: Answer<Zone>): void {
    setDraft(rebase(draft, base.value, fresh.value))
    setBase(fresh)
    submission.forget()
  }

  async function save(): Promise<void> {
    const wrong: Record<string, string> = draft.name.trim() === '' ? { name: w.nameNeeded } : {}
    setLocal(wrong)
    if (!body || Object.keys(wrong).length > 0) return
    const answer = await submission.send(body, (key) => api.correct(base.value.id, body, base.etag, key))
    if (!answer) return
    finish(answer.value.id)
    say(w.saved(answer.value.name))
  }

  return (
    <FormFrame title={w.act.facts} submit={w.save} busy={submission.busy} {...(body ? {} : { status: w.unchanged })} onSubmit={() => void save()} onCancel={putDown}>
      <TroubleBox trouble={submission.trouble} fields={fields}>
        {isStale(submission.trouble) && <Stale id={base.value.id} onFresh={take} />}
      </TroubleBox>
      <ZoneFields draft={draft} fromHint={w.factsFromHint} errorOf={(field) => local[field] ?? fieldError(submission.trouble, field)} onChange={setDraft} />
    </FormFrame>
  )
}

export function EditOutline({ start }: { start: Answer<Zone> }) {
  const w = words.value
  const t = texts.value
  const [base, setBase] = useState(start)
  const [reason, setReason] = useState('')
  const [validFrom, setValidFrom] = useState('')
  const submission = useSubmission()
  useEffect(() => {
    if (start.value.geometry) startAdjusting(start.value.geometry)
    return stopDrawing
  }, [])

  async function save(): Promise<void> {
    const geometry = takeDrawn()
    if (!geometry || !sketch.peek()?.touched) return
    const body = { geometry, ...(validFrom ? { validFrom } : {}), ...why(reason) }
    const answer = await submission.send(body, (key) => api.correct(base.value.id, body, base.etag, key))
    if (!answer) return
    finish(answer.value.id)
    say(w.saved(answer.value.name))
  }

  const touched = sketch.value?.touched ?? false
  return (
    <FormFrame title={w.act.outline} submit={w.save} busy={submission.busy} {...(touched ? {} : { status: w.unchanged })} onSubmit={() => void save()} onCancel={putDown}>
      <SketchTools adjusting error={fieldError(submission.trouble, 'geometry')} />
      <TroubleBox trouble={submission.trouble} fields={fields}>
        {isStale(submission.trouble) && <Stale id={base.value.id} onFresh={(fresh) => (setBase(fresh), submission.forget())} />}
      </TroubleBox>
      <DateField label={t.field.validFrom} hint={w.factsFromHint} value={validFrom} error={fieldError(submission.trouble, 'validFrom')} onChange={setValidFrom} />
      <ReasonField reason={reason} error={fieldError(submission.trouble, 'reason')} onChange={setReason} />
    </FormFrame>
  )
}

export function EndZone({ start }: { start: Answer<Zone> }) {
  const w = words.value
  const [base, setBase] = useState(start)
  const [on, setOn] = useState('')
  const [reason, setReason] = useState('')
  const submission = useSubmission()

  async function save(): Promise<void> {
    const body = { ...(on ? { on } : {}), ...why(reason) }
    const answer = await submission.send(body, (key) => api.end(base.value.id, body, base.etag, key))
    if (!answer) return
    finish(null)
    say(w.endedNow(base.value.name))
  }

  return (
    <FormFrame title={`${w.act.end}: ${base.value.name}`} submit={w.endConfirm} busy={submission.busy} danger onSubmit={() => void save()} onCancel={putDown}>
      <p class="form-text">{w.endText}</p>
      <TroubleBox trouble={submission.trouble} fields={['on', 'reason']}>
        {isStale(submission.trouble) && <Stale id={base.value.id} onFresh={(fresh) => (setBase(fresh), submission.forget())} />}
      </TroubleBox>
      <DateField label={w.endOn} hint={w.endHint} value={on} error={fieldError(submission.trouble, 'on')} onChange={setOn} />
      <ReasonField reason={reason} error={fieldError(submission.trouble, 'reason')} onChange={setReason} />
    </FormFrame>
  )
}
