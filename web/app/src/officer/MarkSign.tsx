import type { Mark } from './need'
import { markShapes, tokenOf } from '../map/marks'
import { words } from './texts'

/** The mark that the map shows for a house, with its meaning for who cannot see it. */
export function MarkSign({ mark, named = true }: { mark: Mark; named?: boolean }) {
  const { ground, glyph } = markShapes[mark]
  return (
    <span class={`mark ${tokenOf(mark).slice(2)}`}>
      <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
        <path class="mark-ground" d={ground} />
        <path class="mark-glyph" d={glyph} fill="none" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" />
      </svg>
      {named && <span class="visually-hidden">{words.value.mark[mark]}</span>}
    </span>
  )
}
