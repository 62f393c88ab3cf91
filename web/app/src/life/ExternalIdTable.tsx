import { useId } from 'preact/hooks'
import type { ExternalId } from '../api/types'
import { texts } from '../i18n'
import { idKey } from './splitting'

interface Props {
  ids: readonly ExternalId[]
  options: readonly (readonly [string, string])[]
  chosen: Readonly<Record<string, string>>
  fallback: string
  error: string
  onChoice(chosen: Record<string, string>): void
}

/** Where each external id goes: to one part, never to all. */
export function ExternalIdTable({ ids, options, chosen, fallback, error, onChoice }: Props) {
  const t = texts.value
  const id = useId()
  if (ids.length === 0) return null
  const value = (key: string) => (options.some(([option]) => option === chosen[key]) ? chosen[key]! : fallback)
  return (
    <fieldset class="dispositions">
      <legend>
        {t.life.becomesOfIds} <span class="count">{ids.length}</span>
      </legend>
      <ul class="plain disposition-rows">
        {ids.map((external, i) => {
          const key = idKey(external)
          return (
            <li key={key} class="disposition">
              <label for={`${id}-${i}`}>
                <span class="code">{external.id}</span>
                <small>{external.source}</small>
              </label>
              <select id={`${id}-${i}`} value={value(key)} onChange={(event) => onChoice({ ...chosen, [key]: event.currentTarget.value })}>
                {options.map(([option, label]) => (
                  <option key={option} value={option}>
                    {label}
                  </option>
                ))}
              </select>
            </li>
          )
        })}
      </ul>
      {error && <p class="field-error">{error}</p>}
    </fieldset>
  )
}
