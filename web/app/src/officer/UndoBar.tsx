// What has just been confirmed, and the way back. It stays until the next visit: nobody has to be quick.
import { useState } from 'preact/hooks'
import { ProblemError } from '../api/http'
import * as work from '../api/work'
import { texts } from '../i18n'
import { Icon } from '../ui/Icon'
import { say, sessionEnded } from '../view/desk'
import { heard, refresh, undoable } from './day'
import { words } from './texts'

export function UndoBar() {
  const t = words.value
  const last = undoable.value
  const [busy, setBusy] = useState(false)
  return (
    <div class="undo" role="status">
      {last && (
        <>
          <span class="undo-words">{t.confirmed(last.name)}</span>
          <button type="button" class="button" aria-disabled={busy} onClick={() => void takeBack()}>
            <Icon name="undo" /> {t.undo}
          </button>
        </>
      )}
    </div>
  )

  async function takeBack(): Promise<void> {
    if (!last || busy) return
    setBusy(true)
    await undo(last.visit, last.name)
    setBusy(false)
  }
}

/** Takes a visit back and says so. */
export async function undo(visit: string, name: string): Promise<void> {
  const t = words.peek()
  try {
    heard((await work.undoVisit(visit)).house)
    if (undoable.peek()?.visit === visit) undoable.value = null
    say(t.undone(name))
  } catch (error) {
    if (!(error instanceof ProblemError)) say(texts.peek().trouble.unreachable)
    else if (error.status === 401) sessionEnded()
    else say(error.slug === 'too_late' ? t.tooLate : error.message)
  }
  await refresh()
}
