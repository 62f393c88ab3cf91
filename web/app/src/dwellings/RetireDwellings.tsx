// A house that ends takes nobody's dwelling with it unsaid: each ends, moves, or is made anew elsewhere.
import type { Disposition, Dwelling } from '../api/life'
import { texts } from '../i18n'
import { DispositionTable, byDwelling } from '../life/DispositionTable'
import type { Choice } from '../life/disposition'
import { errorsUnder } from '../life/problems'
import type { Trouble } from '../clerk/submission'
import { codeLike } from '../registry/code'
import { Field, TextInput } from '../ui/Field'

/** What was decided of each dwelling of a house that ends: by its code. */
export interface Fates {
  /** "move:" and "recreate:" without a place: that is typed. */
  choices: Record<string, Choice>
  /** The building to go to, as typed. */
  to: Record<string, string>
}

export const noFates = (): Fates => ({ choices: {}, to: {} })

/** What is sent; null when some dwelling has no word yet, or no place. */
export function dispositionsOf(dwellings: readonly Dwelling[], fates: Fates): Disposition[] | null {
  const all: Disposition[] = []
  for (const { code } of dwellings) {
    const choice = fates.choices[code] ?? ''
    if (choice === 'end') all.push({ dwelling: code, action: 'end' })
    else {
      const to = codeLike(fates.to[code] ?? '')
      if (!to || (choice !== 'move:' && choice !== 'recreate:')) return null
      all.push({ dwelling: code, action: choice === 'move:' ? 'move' : 'recreate', to: { code: to } })
    }
  }
  return all
}

interface Props {
  dwellings: readonly Dwelling[]
  fates: Fates
  trouble: Trouble
  /** Said under each dwelling that has no word yet. */
  missing: boolean
  onChange(fates: Fates): void
}

export function RetireDwellings({ dwellings, fates, trouble, missing, onChange }: Props) {
  const t = texts.value
  if (dwellings.length === 0) return null
  const errors = byDwelling(errorsUnder(trouble, 'dwellings'))
  for (const { code } of dwellings) {
    const choice = fates.choices[code] ?? ''
    if (missing && choice === '') errors.set(code, t.act.choose)
    else if (missing && choice !== 'end' && !codeLike(fates.to[code] ?? '')) errors.set(code, t.life.whereTo)
  }
  // Most go to the same house: what was typed for one is offered for the next.
  const moved = (choices: Record<string, Choice>): Fates => {
    const last = Object.values(fates.to).at(-1) ?? ''
    const to = Object.fromEntries(Object.entries(choices).flatMap(([code, choice]) => (choice === '' || choice === 'end' ? [] : [[code, fates.to[code] ?? last]])))
    return { choices, to }
  }
  return (
    <DispositionTable
      legend={t.life.becomesOfDwellings}
      hint={t.life.retireDwellingsHint}
      dwellings={dwellings}
      options={[
        ['', t.life.chooseOne],
        ['end', t.life.ends],
        ['move:', t.life.movesElsewhere],
        ['recreate:', t.life.recreatedElsewhere],
      ]}
      chosen={fates.choices}
      errors={errors}
      onChoice={(choices) => onChange(moved(choices))}
      more={({ code, label }) =>
        fates.choices[code] && fates.choices[code] !== 'end' ? (
          <Field label={t.life.destination(label)}>
            {(tie) => <TextInput tie={tie} value={fates.to[code] ?? ''} inputMode="numeric" maxLength={32} autoComplete="off" onText={(to) => onChange({ ...fates, to: { ...fates.to, [code]: to } })} />}
          </Field>
        ) : null
      }
    />
  )
}
