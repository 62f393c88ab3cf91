// The last change made on this page, and the way to take it back by a new event.
import { useState } from 'preact/hooks'
import * as grid from '../api/grid'
import { useSubmission } from '../clerk/submission'
import { Icon } from '../ui/Icon'
import { say } from '../view/desk'
import { Refusal } from './Refusal'
import { reload } from './state'
import { t } from './texts'
import { last } from './undoing'

export function UndoLast() {
  const m = t.value.undoing
  const submission = useSubmission()
  const [sure, setSure] = useState(false)
  const change = last.value
  if (!change) return null

  async function takeBack(): Promise<void> {
    const { back } = last.peek()!
    // What began in the meantime is past by now: taken back from now on.
    const body = { ...back }
    if (body.from && body.from <= new Date().toISOString()) delete body.from
    const done = await submission.send(body, (key) => grid.assign(body, key))
    if (!done) return
    last.value = null
    say(m.done)
    await reload()
  }

  return (
    <section class="undo-last" aria-label={m.label}>
      <p>{change.text}</p>
      {sure ? (
        <>
          <p class="quiet-text">{m.text}</p>
          <Refusal trouble={submission.trouble} />
          <div class="sketch-buttons">
            <button type="button" class="button small" onClick={() => setSure(false)}>
              {m.keep}
            </button>
            <button type="button" class="button primary small" aria-disabled={submission.busy} onClick={() => void takeBack()}>
              {submission.busy ? t.value.assign.working : m.confirm}
            </button>
          </div>
        </>
      ) : (
        <div class="sketch-buttons">
          <button type="button" class="button small" onClick={() => setSure(true)}>
            <Icon name="undo" /> {m.open}
          </button>
          <button type="button" class="button small quiet" onClick={() => (last.value = null)}>
            {m.dismiss}
          </button>
        </div>
      )}
    </section>
  )
}
