// The cut line as buttons: everything the mouse, the keys and two taps can do.
import type { Geometry } from '../api/types'
import { sketch, startDrawing, steps } from '../clerk/sketch'
import { texts } from '../i18n'
import { boundsOf } from '../map/affected'
import { house } from '../map/current'
import { lineOf } from '../map/outline'
import { Icon } from '../ui/Icon'
import { extended } from './cutline'

interface Props {
  refusal: string
  /** The line ends inside the house: it can be drawn out to the walls. */
  extendable: boolean
  geometry: Geometry | null
  parts: number
}

export function CutTools({ refusal, extendable, geometry, parts }: Props) {
  const t = texts.value
  const line = sketch.value ? lineOf(sketch.value.now) : []
  const bounds = geometry && boundsOf(geometry.coordinates)
  const lengthen = () => {
    const now = sketch.peek()
    if (!now || !bounds) return
    sketch.value = { ...now, past: [...now.past, now.now], now: { ...now.now, parts: [[extended(line, bounds)]], chosen: null } }
  }
  const state = line.length === 0 ? t.life.cutStart : line.length === 1 ? t.life.cutSecond : parts > 1 ? t.life.cutDone(parts) : refusal ? t.life.cutRefused : t.life.cutTrying
  return (
    <section class="sketch" aria-label={t.life.cutLine}>
      <p class="sketch-state" role="status">
        {state}
      </p>
      <div class="sketch-buttons">
        <button type="button" class="button at-cross" onClick={() => steps.place()}>
          <Icon name="plus" /> {t.life.cutHere}
        </button>
        {line.length > 0 && (
          <button type="button" class="button" onClick={steps.undo}>
            <Icon name="undo" /> {t.draw.undo}
          </button>
        )}
        {line.length > 1 && (
          <button type="button" class="button" onClick={() => startDrawing('line')}>
            {t.draw.again}
          </button>
        )}
        {extendable && (
          <button type="button" class="button primary" onClick={lengthen}>
            {t.life.cutExtend}
          </button>
        )}
      </div>
      {refusal && (
        <p class="field-error" role="alert">
          {refusal}
        </p>
      )}
      {house.value && <p class="field-hint keys">{t.life.cutKeys}</p>}
    </section>
  )
}
