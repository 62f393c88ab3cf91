import { texts } from '../i18n'
import { inFours } from '../registry/code'
import { Icon } from '../ui/Icon'
import { hint } from '../view/desk'
import { inView } from '../view/inview'
import { Letter } from './Letter'
import { candidates, chosen, toggle } from './merging'

interface Props {
  /** The house that stands in the way, by its place. */
  wrong: number | null
  problem: string
  together: string
  missing: string
}

/** The houses chosen, each with its letter on the map, and those in view that could be. */
export function ChosenHouses({ wrong, problem, together, missing }: Props) {
  const t = texts.value
  const all = chosen.value
  const free = candidates(inView.value.buildings, all)
  return (
    <>
      <section class="sketch" aria-label={t.life.chosenHouses}>
        <p class="sketch-state" role="status">
          {all.length === 0 ? t.life.mergeStart : all.length === 1 ? t.life.mergeSecond : together || (problem ? t.life.mergeCannot : t.life.mergeTrying)}
        </p>
        <ol class="plain parts">
          {all.map(({ code, house }, i) => (
            <li key={code} class={`part${i === wrong ? ' wrong' : ''}`}>
              <Letter index={i} />
              <span class="part-size">
                <span class="code">{inFours(code)}</span>
                <small>
                  {house === null ? t.card.failed : house ? [house.value.name || house.value.address, house.value.area === null ? '' : t.squareMetres(house.value.area)].filter(Boolean).join(', ') : t.card.loading}
                </small>
              </span>
              <button type="button" class="icon-button quiet" aria-label={t.life.leaveOut(inFours(code))} title={t.life.leaveOut(inFours(code))} onClick={() => toggle(code)}>
                <Icon name="close" />
              </button>
              {i === wrong && (
                <p class="field-error" role="alert">
                  {problem}
                </p>
              )}
            </li>
          ))}
        </ol>
        {problem && (wrong === null || wrong >= all.length) && (
          <p class="field-error" role="alert">
            {problem}
          </p>
        )}
        {missing && (
          <p class="field-error" role="alert">
            {missing}
          </p>
        )}
      </section>
      {free.length > 0 && (
        <details class="more" open={all.length < 2}>
          <summary>{t.life.addFromView}</summary>
          <ul class="rows" onPointerLeave={() => (hint.value = null)}>
            {free.map((b) => (
              <li key={b.code}>
                <button
                  type="button"
                  class="row"
                  onFocus={() => (hint.value = b.geometry)}
                  onBlur={() => (hint.value = null)}
                  onPointerEnter={() => (hint.value = b.geometry)}
                  onClick={() => {
                    hint.value = null
                    toggle(b.code)
                  }}
                >
                  <Icon name="plus" />
                  <span class="row-main">{b.name || b.address || (b.area === null ? t.none : t.squareMetres(b.area))}</span>
                  <span class="code">{inFours(b.code)}</span>
                </button>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}
