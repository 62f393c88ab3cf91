// The officer's page: the list or the house in hand below the map, within reach of a thumb; on a desk beside it.
import { useEffect } from 'preact/hooks'
import { showInstant, lang, texts } from '../i18n'
import { Icon } from '../ui/Icon'
import { CountStep } from './CountStep'
import { GridMap } from './GridMap'
import { HouseCard } from './HouseCard'
import { HouseList } from './HouseList'
import { ProposeForm } from './ProposeForm'
import { VisitForm } from './VisitForm'
import { begin, failure, grid, heardAt, openHouse, refresh, step, zone } from './day'
import { words } from './texts'

export function MyGrid() {
  useEffect(begin, [])
  const t = words.value
  const now = grid.value
  if (!now) return <First />
  if (now.cells.length === 0) {
    return (
      <main class="page-note">
        <h2>{t.noCells}</h2>
        <p>{t.noCellsHint}</p>
        <Again />
      </main>
    )
  }
  return (
    <div class={`field-page at-${step.value}`}>
      <main class="field-sheet">
        {failure.value !== 'none' && <Stale />}
        <Body />
      </main>
      <GridMap />
    </div>
  )
}

function Body() {
  const house = openHouse.value
  if (step.value === 'propose') return <ProposeForm house={house} />
  if (!house) return <HouseList />
  if (step.value === 'visit') return <VisitForm key={house.code} house={house} />
  if (step.value === 'count') return <CountStep key={house.code} house={house} />
  return <HouseCard key={house.code} house={house} />
}

function First() {
  const t = words.value
  if (failure.value === 'none') {
    return (
      <main class="page-note" aria-busy="true">
        <p class="quiet-text">{t.loading}</p>
      </main>
    )
  }
  return (
    <main class="page-note">
      <div class="trouble" role="alert">
        <p class="trouble-head">
          <Icon name="alert" /> <strong>{t.failed}</strong>
        </p>
        {failure.value === 'unreachable' && <p>{texts.value.trouble.unreachable}</p>}
        <Again />
      </div>
    </main>
  )
}

const Again = () => (
  <button type="button" class="button" onClick={() => void refresh()}>
    {texts.value.card.retry}
  </button>
)

/** What is on the screen may be old; it can be worked with all the same. */
function Stale() {
  const t = words.value
  const at = heardAt.value
  return (
    <div class="stale" role="status">
      <p>{at ? t.old(showInstant(at.toISOString(), lang.value, zone())) : t.failed}</p>
      <Again />
    </div>
  )
}

