// Giving the cells in hand to somebody: who, from when, why; what it would change; and only then the change itself.
import { useSignalEffect } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import * as grid from '../api/grid'
import type { AssignmentPreview, NewAssignment, PersonRef } from '../api/grid'
import type { Bounds, Division } from '../api/types'
import { fieldError, useSubmission } from '../clerk/submission'
import { Field, TextInput } from '../ui/Field'
import { Icon } from '../ui/Icon'
import { dirty, info, say } from '../view/desk'
import { InstantField, whenText } from './InstantField'
import { Changes } from './Changes'
import { PersonPicker, PlacePicker } from './pickers'
import { Refusal } from './Refusal'
import * as selection from './selection'
import { at, instead, know, loadOf, mayAssignAll, nameOf, ownersNow, reload, role, territories } from './state'
import { t } from './texts'
import { map } from './tools'
import { inverse, last } from './undoing'

/** Who was asked for from elsewhere: the form begins with them. */
interface Props {
  to: PersonRef | null
}

export function AssignForm({ to }: Props) {
  const m = t.value.assign
  const submission = useSubmission()
  const [who, setWho] = useState<'person' | 'nobody'>('person')
  const [person, setPerson] = useState<PersonRef | null>(to)
  const [from, setFrom] = useState<string | null>(at.peek())
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const [preview, setPreview] = useState<AssignmentPreview | null>(null)
  const cells = selection.chosen.value.cells
  const needsPerson = who === 'person' && !person?.name

  // What was previewed is no longer what would be done.
  const changed = () => {
    setPreview(null)
    instead.value = null
  }
  useSignalEffect(() => {
    void selection.chosen.value
    void role.value
    changed()
  })
  useEffect(() => () => void (instead.value = null), [])

  const body = (): NewAssignment => ({
    role: role.peek(),
    person: who === 'nobody' ? null : person!.name!,
    cells: [...cells],
    reason: reason.trim(),
    ...(from ? { from } : {}),
  })

  async function look(): Promise<void> {
    setTried(true)
    if (cells.size === 0 || needsPerson) return
    const found = await submission.send(body(), () => grid.previewAssignment(body()))
    if (!found) return
    setPreview(found)
    show(found)
  }

  async function commit(): Promise<void> {
    if (!preview || preview.changes.length === 0) return
    const done = await submission.send(body(), (key) => grid.assign(body(), key))
    if (!done) return
    const back = inverse(preview, role.peek(), from, m.undoReason)
    const text = m.done(preview.changes.length, who === 'nobody' ? m.nobody : nameOf(person))
    last.value = back && { text, back }
    say(text)
    dirty.value = false
    instead.value = null
    setPreview(null)
    setTried(false)
    selection.forget()
    await reload()
  }

  return (
    <form
      class="form"
      noValidate
      aria-labelledby="assign-title"
      onSubmit={(event) => {
        event.preventDefault()
        void (preview ? commit() : look())
      }}
    >
      <header class="form-head">
        <h2 id="assign-title">{m.title}</h2>
      </header>
      <p class={tried && cells.size === 0 ? 'field-error' : 'form-text'}>{cells.size === 0 ? m.chooseFirst : t.value.load(loadOf(cells))}</p>
      {preview ? (
        <Changes preview={preview} />
      ) : (
        <>
          <Choosing />
          {mayAssignAll.value && role.value === 'administrator' && <p class="field-note">{m.administrators}</p>}
          <fieldset class="choices">
            <legend>{m.who}</legend>
            {(['person', 'nobody'] as const).map((way) => (
              <label key={way}>
                <input type="radio" name="assign-who" checked={who === way} onChange={() => (setWho(way), changed())} />
                <span>
                  {m.ways[way]}
                  <small>{m.wayHints[way]}</small>
                </span>
              </label>
            ))}
          </fieldset>
          {who === 'person' && (
            <Field label={m.person[role.value]} error={fieldError(submission.trouble, 'person') ?? (tried && needsPerson ? m.personNeeded : undefined)}>
              {(tie) => <PersonPicker tie={tie} value={person} role={role.value} onChoice={(p) => (setPerson(p), changed())} />}
            </Field>
          )}
          <InstantField label={m.from} value={from} error={fieldError(submission.trouble, 'from')} onChange={(instant) => (setFrom(instant), changed())} />
          <Field label={m.reason} hint={m.reasonHint} error={fieldError(submission.trouble, 'reason')}>
            {(tie) => <TextInput tie={tie} value={reason} maxLength={500} onText={(text) => (setReason(text), (dirty.value = true))} />}
          </Field>
        </>
      )}
      <Refusal trouble={submission.trouble} fields={preview ? [] : ['person', 'from', 'reason']} />
      <footer class="form-foot">
        {preview && (
          <button type="button" class="button" onClick={changed}>
            {m.back}
          </button>
        )}
        <button type="submit" class="button primary" aria-disabled={submission.busy || (preview !== null && preview.changes.length === 0)}>
          {submission.busy ? m.working : preview ? m.commit(preview.changes.length, whenText(from)) : m.look}
        </button>
      </footer>
    </form>
  )
}

/** Shows on the map who would have what. */
function show(preview: AssignmentPreview): void {
  const known = (territories.peek() ?? []).map(({ ordinal, person }) => ({ number: ordinal, person }))
  const numbers = new Map(known.map(({ number, person }) => [person.name, number]))
  const all = [...known]
  const owners = new Map(ownersNow.peek())
  for (const { cell, to } of preview.changes) {
    if (!to) {
      owners.delete(cell)
      continue
    }
    let number = numbers.get(to.name)
    if (number === undefined) {
      number = Math.max(-1, ...all.map((h) => h.number)) + 1
      numbers.set(to.name, number)
      all.push({ number, person: to })
    }
    owners.set(cell, number)
  }
  instead.value = { owners, holders: all, whole: false }
}

/** Ways to take cells in hand that need no map. */
function Choosing() {
  const m = t.value.assign
  const [place, setPlace] = useState<Division | null>(null)
  const [state, setState] = useState<'idle' | 'asking' | 'failed' | 'none'>('idle')
  const n = selection.count.value

  async function takePlace(chosen: Division): Promise<void> {
    setState('asking')
    try {
      const found = await grid.figures({ division: chosen.id }, info.peek()?.gridResolution ?? 10)
      const cells = found.filter((c) => c.buildings > 0).map((c) => c.cell)
      know(cells)
      selection.choose(cells)
      setState(cells.length === 0 ? 'none' : 'idle')
      if (chosen.bounds) map.peek()?.showBounds(chosen.bounds as Bounds)
    } catch {
      setState('failed')
    }
  }

  return (
    <section class="sketch" aria-label={m.choosing}>
      <Field label={m.community} hint={state === 'asking' ? m.working : m.communityHint} error={state === 'failed' ? m.communityFailed : state === 'none' ? m.communityEmpty : undefined}>
        {(tie) => <PlacePicker tie={tie} value={place} onChoice={setPlace} />}
      </Field>
      <div class="sketch-buttons">
        <button type="button" class="button small" aria-disabled={!place || state === 'asking'} onClick={() => place && state !== 'asking' && void takePlace(place)}>
          <Icon name="plus" /> {m.takePlace}
        </button>
        <button type="button" class="button small" aria-disabled={!selection.canUndo.value} onClick={selection.undo}>
          <Icon name="undo" /> {t.value.tools.undo}
        </button>
        <button type="button" class="button small" aria-disabled={n === 0} onClick={selection.clear}>
          {t.value.tools.clear}
        </button>
      </div>
      <p class="field-hint keys">{t.value.tools.keys}</p>
    </section>
  )
}
