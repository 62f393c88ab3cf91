import type { GridHouse } from '../api/work'
import { CountForm } from '../headcounts/CountForm'
import { words as countWords } from '../headcounts/texts'
import { texts } from '../i18n'
import { done, refresh } from './day'
import { useInside } from './house'

/** The headcount form of the house in hand, once it is known what it has inside. */
export function CountStep({ house }: { house: GridHouse }) {
  const inside = useInside(house.code)
  const t = countWords.value
  if (inside.failed) {
    return (
      <div class="walk-note" role="alert">
        <strong>{t.failed}</strong>
        <button type="button" class="button" onClick={inside.reload}>
          {texts.value.card.retry}
        </button>
        <button type="button" class="button" onClick={done}>
          {texts.value.clerk.cancel}
        </button>
      </div>
    )
  }
  if (!inside.dwellings || !inside.statements) return <p class="walk-note quiet-text">{t.loading}</p>
  return (
    <CountForm
      code={house.code}
      dwellings={inside.dwellings}
      statements={inside.statements}
      onDone={() => {
        done()
        void refresh()
      }}
    />
  )
}
