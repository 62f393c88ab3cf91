// The assignment map on the page: makes it, and keeps it in step with territories, plan and selection.
import { useSignalEffect } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import { lang, texts } from '../i18n'
import { shownMap } from '../map/current'
import { type CellDrawing, GridMap } from '../map/grid-map'
import { Icon } from '../ui/Icon'
import { formatHash, parseHash } from '../view/hash'
import { info } from '../view/desk'
import { theme } from '../view/theme'
import { borders, labelAt } from './colouring'
import type { Lattice } from './lattice'
import * as selection from './selection'
import { gaps, holders, instead, lattice, looks, mayChange, nameOf, owners } from './state'
import { t } from './texts'
import { Toolbar } from './Toolbar'
import { atCross, hands, map, pen, ring, tool } from './tools'

const styleUrl = () => `/style/houses.json?theme=${theme.value}&lang=${lang.value}`

export function GridMapView() {
  const box = useRef<HTMLDivElement>(null)
  const [failed, setFailed] = useState(false)
  const first = info.value

  useEffect(() => {
    if (!first || !box.current) return
    let made: GridMap
    try {
      made = new GridMap(
        box.current,
        t.peek().map.label,
        { style: styleUrl(), view: parseHash(location.hash).view, bounds: first.bounds as never, center: first.center as never, zoom: first.zoom },
        { moved: () => moved(made), drawn: (cells) => box.current?.setAttribute('data-cells', `${cells}`) },
        hands,
        pen,
      )
    } catch {
      setFailed(true)
      return
    }
    map.value = made
    shownMap.value = made
    const back = () => {
      const { view } = parseHash(location.hash)
      if (view) made.jumpTo(view)
    }
    addEventListener('popstate', back)
    return () => {
      removeEventListener('popstate', back)
      map.value = null
      shownMap.value = null
      made.remove()
    }
    // The map is made once, when the first view is known.
  }, [first !== null])

  useSignalEffect(() => map.value?.setStyle(styleUrl()))
  useSignalEffect(() => map.value?.setLabel(t.value.map.label))
  useSignalEffect(() => {
    void theme.value // the cells take their colours from the theme
    if (map.value) draw(map.value)
  })
  const frame = useRef(0)
  useSignalEffect(() => {
    const [to, pattern, { cells }] = [map.value, lattice.value, selection.chosen.value]
    // While a change is shown, the cells have the colour of whom they would go to, and only the line around them.
    const filled = instead.value && !instead.value.whole ? new Set<string>() : cells
    // A stroke changes the choice more often than the screen is drawn.
    cancelAnimationFrame(frame.current)
    frame.current = requestAnimationFrame(() => to?.showChosen(placesOf(pattern, filled), borders(pattern, new Map([...cells].map((cell) => [cell, 1])))))
  })
  useSignalEffect(() => map.value?.showTrail(ring.value?.now ?? null))
  useSignalEffect(() => map.value?.setCursor(mayChange.value && tool.value !== 'pick' ? 'crosshair' : ''))

  const w = texts.value
  const m = t.value.map
  return (
    <section class="map grid-map" aria-label={m.title}>
      <div class="map-canvas" ref={box} />
      {failed && (
        <div class="map-failed" role="status">
          <strong>{w.map.failed}</strong>
          <p>{m.failedHint}</p>
        </div>
      )}
      {mayChange.value && <span class="cross" aria-hidden="true" />}
      {mayChange.value && !failed && <Toolbar />}
      <div class="map-buttons">
        <button type="button" class="icon-button" aria-label={w.map.zoomIn} title={w.map.zoomIn} onClick={() => map.value?.zoomBy(1)}>
          <Icon name="plus" />
        </button>
        <button type="button" class="icon-button" aria-label={w.map.zoomOut} title={w.map.zoomOut} onClick={() => map.value?.zoomBy(-1)}>
          <Icon name="minus" />
        </button>
        {first?.bounds && (
          <button type="button" class="icon-button" aria-label={w.map.whole} title={w.map.whole} onClick={() => map.value?.showBounds(first.bounds as never)}>
            <Icon name="whole" />
          </button>
        )}
      </div>
      {mayChange.value && (
        <button type="button" class="button at-cross grid-thumb" onClick={atCross}>
          <Icon name="plus" /> {m.atCross[tool.value]}
        </button>
      )}
      <p class="attribution">{first?.attribution.join(' · ')}</p>
    </section>
  )
}

const placesOf = (pattern: Lattice, cells: ReadonlySet<string>): Set<number> => new Set([...cells].map((cell) => pattern.indexOf(cell)).filter((place) => place !== undefined))

function draw(to: GridMap): void {
  const pattern = lattice.value
  const held = owners.value
  const look = looks.value
  const gap = new Set((gaps.value?.list ?? []).map((g) => g.cell))
  const cells = pattern.cells.map((cell): CellDrawing => {
    const owner = held.get(cell)
    const own = owner === undefined ? undefined : look.get(owner)
    return { ring: pattern.shapeOf(cell)!.ring, kind: owner !== undefined ? 'held' : gap.has(cell) ? 'gap' : 'free', tone: own?.tone ?? 0, hatch: own?.hatch ?? 0 }
  })
  const cellsOf = new Map<number, string[]>()
  for (const [cell, owner] of held) {
    const list = cellsOf.get(owner)
    if (list) list.push(cell)
    else cellsOf.set(owner, [cell])
  }
  const names = holders.value.flatMap(({ number, person }) => {
    const at = labelAt(pattern, cellsOf.get(number) ?? [])
    return at ? [{ at, text: nameOf(person) || t.value.plan.newcomer(number) }] : []
  })
  to.showCells(cells, borders(pattern, held), names)
}

function moved(made: GridMap): void {
  const hash = formatHash({ view: made.view, code: null })
  if (hash !== location.hash) history.replaceState(null, '', hash)
}
