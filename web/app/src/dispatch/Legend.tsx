// What the colours mean: the method, the breaks, and how many cells each class holds.
import { lang } from '../i18n'
import { density, settings, shading } from './desk'
import { tokensOf } from './ramp'
import { resolutionOf, sideOf } from './resolution'
import { words } from './texts'

export function Legend() {
  const w = words.value
  const { measure, method, ramp } = settings.value
  const { breaks, counts, few, withheld, none, n, least, most, keeps } = shading.value
  const answer = density.value.answer
  if (!answer || n === 0) return null
  // Where nothing at all is counted there is no class to show, unless classes are held.
  const tokens = most > 0 || breaks.length > 0 ? tokensOf(ramp, breaks.length + 1) : []
  const res = answer.cells[0] ? resolutionOf(answer.cells[0].cell) : answer.res
  return (
    <section class="legend" aria-labelledby="legend-title">
      <h3 id="legend-title">{w.legendOf(w.measure[measure], w.methods[method])}</h3>
      <ul class="plain">
        {tokens.map((token, i) => (
          <li key={i}>
            <span class="swatch" style={{ background: `var(${token})` }} aria-hidden="true" />
            <span class="legend-range">{rangeOf(i)}</span>
            <span class="legend-n">{w.cellCount(counts[i]!)}</span>
          </li>
        ))}
        {few > 0 && (
          <li>
            <span class="swatch few" aria-hidden="true" />
            <span class="legend-range">{w.few}</span>
            <span class="legend-n">{w.cellCount(few)}</span>
          </li>
        )}
        {withheld > 0 && (
          <li>
            <span class="swatch none" aria-hidden="true" />
            <span class="legend-range">{w.withheld}</span>
            <span class="legend-n">{w.cellCount(withheld)}</span>
          </li>
        )}
        {none > 0 && (
          <li>
            <span class="swatch none" aria-hidden="true" />
            <span class="legend-range">{w.none}</span>
            <span class="legend-n">{w.cellCount(none)}</span>
          </li>
        )}
      </ul>
      <p class="quiet-text">
        n = {w.number(n)} · {w.resolution(res, lengthOf(sideOf(res)))}
      </p>
    </section>
  )

  /** Held classes are open at both ends: what is in view may go beyond what they were made of. */
  function rangeOf(i: number): string {
    const [from, to] = [breaks[i - 1], breaks[i]]
    const first = keeps ? 1 : Number.isFinite(least) ? least : 0
    const low = from ?? Math.min(first, (to ?? Infinity) - 1)
    if (to !== undefined) return w.classRange(w.number(low), w.number(to - 1))
    return keeps ? w.from(w.number(low)) : w.classRange(w.number(low), w.number(Math.max(low, most)))
  }
}

function lengthOf(metres: number): string {
  const [value, unit] = metres >= 1000 ? [metres / 1000, 'kilometer'] : [metres, 'meter']
  return new Intl.NumberFormat(lang.value, { style: 'unit', unit, maximumFractionDigits: metres >= 1000 && metres < 10_000 ? 1 : 0 }).format(value)
}
