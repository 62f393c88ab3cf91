// What becomes of each dwelling: one row each, and one choice for all of them.
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import type { Dwelling } from '../api/life'
import { texts } from '../i18n'
import type { Choice } from './disposition'

interface Props {
  legend: string
  hint?: string
  dwellings: readonly Dwelling[]
  options: readonly (readonly [Choice, string])[]
  chosen: Readonly<Record<string, Choice>>
  /** What is wrong with one, by its code; with all together under ''. */
  errors: ReadonlyMap<string, string>
  onChoice(chosen: Record<string, Choice>): void
  /** Below a row: where to, under which label. */
  more?(dwelling: Dwelling): ComponentChildren
}

export function DispositionTable({ legend, hint, dwellings, options, chosen, errors, onChoice, more }: Props) {
  const t = texts.value
  const id = useId()
  if (dwellings.length === 0) return null
  const setAll = (choice: Choice) => onChoice(Object.fromEntries(dwellings.map(({ code }) => [code, choice])))
  return (
    <fieldset class="dispositions">
      <legend>
        {legend} <span class="count">{dwellings.length}</span>
      </legend>
      {hint && <p class="field-hint">{hint}</p>}
      {dwellings.length > 1 && (
        <div class="disposition all">
          <label for={`${id}-all`}>{t.life.allDwellings}</label>
          <select id={`${id}-all`} value="" onChange={(event) => event.currentTarget.value && setAll(event.currentTarget.value as Choice)}>
            <option value="">{t.life.chooseForAll}</option>
            {options.filter(([key]) => key !== '').map(([key, label]) => (
              <option key={key} value={key}>
                {label}
              </option>
            ))}
          </select>
        </div>
      )}
      <ul class="plain disposition-rows">
        {dwellings.map((dwelling) => {
          const error = errors.get(dwelling.code)
          const field = `${id}-${dwelling.code}`
          return (
            <li key={dwelling.code} class="disposition">
              <label for={field}>
                <strong>{dwelling.label}</strong>
                <small>{[dwelling.floor === null ? '' : t.life.onFloor(dwelling.floor), dwelling.use ? t.life.use[dwelling.use] : ''].filter(Boolean).join(', ')}</small>
              </label>
              <select
                id={field}
                value={chosen[dwelling.code] ?? ''}
                {...(error ? { 'aria-invalid': 'true' as const, 'aria-describedby': `${field}-error` } : {})}
                onChange={(event) => onChoice({ ...chosen, [dwelling.code]: event.currentTarget.value as Choice })}
              >
                {options.map(([key, label]) => (
                  <option key={key} value={key}>
                    {label}
                  </option>
                ))}
              </select>
              {more?.(dwelling)}
              {error && (
                <p class="field-error" id={`${field}-error`}>
                  {error}
                </p>
              )}
            </li>
          )
        })}
      </ul>
      {errors.get('') && <p class="field-error">{errors.get('')}</p>}
    </fieldset>
  )
}

/** The errors of a list of dwellings by code, from paths such as 212345678968.to. */
export function byDwelling(errors: readonly (readonly [string, string])[]): Map<string, string> {
  const map = new Map<string, string>()
  for (const [path, reason] of errors) {
    const code = path.split('.')[0] ?? ''
    const key = /^\d{12}$/.test(code) ? code : ''
    map.set(key, [map.get(key), reason].filter(Boolean).join('; '))
  }
  return map
}
