// What can be done with the outline under the pen, as buttons: everything the mouse and the keys can do.
import { texts } from '../i18n'
import { areaOf, corners, isFinished, sameCorner } from '../map/outline'
import { shownMap } from '../map/current'
import { Icon } from '../ui/Icon'
import { sketch, startDrawing, steps } from './sketch'

interface Props {
  adjusting: boolean
  error: string | undefined
  /** Nothing but an area can be drawn. */
  polygonOnly?: boolean
}

export function SketchTools({ adjusting, error, polygonOnly = false }: Props) {
  const t = texts.value
  const now = sketch.value?.now
  if (!now) return null
  const finished = isFinished(now)
  const all = corners(now)
  const chosen = all.findIndex((corner) => sameCorner(now.chosen, corner))
  return (
    <section class="sketch" aria-label={t.field.geometry}>
      {!adjusting && !polygonOnly && (
        <div class="segmented" role="group" aria-label={t.draw.shape}>
          {(['polygon', 'point'] as const).map((shape) => (
            <button key={shape} type="button" aria-pressed={now.shape === shape} onClick={() => startDrawing(shape)}>
              {t.draw[shape]}
            </button>
          ))}
        </div>
      )}
      <p class="sketch-state" role="status">
        {chosen >= 0 ? t.draw.selected(chosen + 1, all.length) : stateOf()}
      </p>
      <div class="sketch-buttons">
        {!finished && (
          <button type="button" class="button at-cross" onClick={() => steps.place()}>
            <Icon name="plus" /> {now.shape === 'point' ? t.draw.setPoint : t.draw.addCorner}
          </button>
        )}
        {!finished && now.shape === 'polygon' && (
          <button type="button" class="button" aria-disabled={now.trail.length < 3} onClick={steps.close}>
            <Icon name="check" /> {t.draw.finish}
          </button>
        )}
        {finished && now.shape === 'polygon' && (
          <>
            <button type="button" class="button" onClick={() => chooseAndFocus(-1)}>
              {t.draw.previous}
            </button>
            <button type="button" class="button" onClick={() => chooseAndFocus(1)}>
              {t.draw.nextCorner}
            </button>
            {chosen >= 0 && (
              <button type="button" class="button" onClick={steps.remove}>
                <Icon name="trash" /> {t.draw.remove}
              </button>
            )}
          </>
        )}
        {(sketch.value?.past.length ?? 0) > 0 && (
          <button type="button" class="button" onClick={steps.undo}>
            <Icon name="undo" /> {t.draw.undo}
          </button>
        )}
        {finished && (
          <button type="button" class="button" onClick={steps.again}>
            {t.draw.again}
          </button>
        )}
      </div>
      {error && (
        <p class="field-error" role="alert">
          {error}
        </p>
      )}
      <p class="field-hint keys">{finished && now.shape === 'polygon' ? t.draw.editKeys : t.draw.keys}</p>
    </section>
  )

  function stateOf(): string {
    if (!now) return ''
    if (now.shape === 'point') return finished ? t.draw.donePoint : t.draw.startPoint
    if (finished) return adjusting ? t.draw.editing(t.squareMetres(areaOf(now))) : t.draw.done(t.squareMetres(areaOf(now)))
    if (now.trail.length === 0) return t.draw.start
    return now.trail.length < 3 ? t.draw.few(now.trail.length) : t.draw.next(now.trail.length)
  }

  /** The arrow keys that move the chosen corner belong to the map. */
  function chooseAndFocus(direction: 1 | -1): void {
    steps.choose(direction)
    shownMap.peek()?.focus()
  }
}
