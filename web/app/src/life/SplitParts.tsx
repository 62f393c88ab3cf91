import type { Tried } from '../api/life'
import { texts } from '../i18n'
import { TextInput } from '../ui/Field'
import { Letter } from './Letter'
import { mayCarve, sharesOf } from './cutline'
import { letterOf } from './letters'
import type { SplitPlan } from './splitting'

interface Props {
  tried: readonly Tried[]
  plan: SplitPlan
  carving: boolean
  onChange(plan: SplitPlan): void
}

/** The parts as they lie on the map, larger ones first, each with its area and room for a name. */
export function SplitParts({ tried, plan, carving, onChange }: Props) {
  const t = texts.value
  const areas = tried.map((part) => part.area)
  const shares = sharesOf(areas)
  return (
    <>
      <ol class="plain parts" aria-label={t.life.parts}>
        {tried.map((part, i) => {
          const keeps = carving && i === 0
          const letter = letterOf(i)
          return (
            <li key={i} class="part">
              <Letter index={i} />
              <span class="part-size">
                <strong>{t.squareMetres(part.area)}</strong>
                <small>
                  {t.life.percent(shares[i]!)} {keeps ? t.life.keepsCode : t.life.newCode}
                </small>
              </span>
              {!keeps && (
                <span class="field">
                  <TextInput
                    tie={{ id: `part-${i}`, 'aria-label': t.life.partName(letter) }}
                    value={plan.names[i] ?? ''}
                    maxLength={200}
                    autoComplete="off"
                    placeholder={t.life.partName(letter)}
                    onText={(name) => onChange({ ...plan, names: Object.assign([...plan.names], { [i]: name }) as string[] })}
                  />
                </span>
              )}
            </li>
          )
        })}
      </ol>
      {mayCarve(areas) && (
        <fieldset class="choices">
          <legend>{t.life.carveQuestion}</legend>
          {([false, true] as const).map((carve) => (
            <label key={`${carve}`}>
              <input type="radio" name="carve" checked={plan.carve === carve} onChange={() => onChange({ ...plan, carve })} />
              <span>
                {carve ? t.life.carveYes : t.life.carveNo}
                <small>{carve ? t.life.carveYesHint : t.life.carveNoHint}</small>
              </span>
            </label>
          ))}
        </fieldset>
      )}
    </>
  )
}
