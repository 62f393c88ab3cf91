// The officer's map: territory, houses by what they need, the house in hand, and the pen.
import { texts } from '../i18n'
import { FieldMapView } from '../map/FieldMapView'
import type { FieldMap } from '../map/field-map'
import { theme } from '../view/theme'
import { grid, open, openHouse, pointed, walk } from './day'
import { markOf } from './need'
import { words } from './texts'

const shows: readonly ((map: FieldMap) => void)[] = [
  (map) => map.showTerritory(grid.value?.outline ?? null),
  (map) => {
    void theme.value // the marks take their colours from the theme
    map.showHouses(walk.value.map((house) => ({ code: house.code, at: house.point, mark: markOf(house), label: `${house.order + 1}` })))
  },
  (map) => map.showShapes((grid.value?.proposals ?? []).flatMap((p) => (p.state === 'open' && p.geometry ? [p.geometry] : []))),
  (map) => map.showChosen(openHouse.value?.point ?? null, walk.value.find((house) => house.code === pointed.value)?.point ?? null),
  (map) => openHouse.value && map.goTo(openHouse.value.point),
]

export function GridMap() {
  const t = words.value
  const box = grid.value?.bbox ?? null
  return (
    <FieldMapView
      name={texts.value.pages.names.myGrid}
      label={t.mapLabel}
      ready={grid.value !== null}
      begin={box}
      whole={box && { label: t.whole, bounds: box }}
      self={{ label: t.whereAmI, nowhere: t.nowhere }}
      picked={open}
      shows={shows}
    />
  )
}
