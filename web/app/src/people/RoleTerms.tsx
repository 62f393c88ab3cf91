// The roles of a person, each with its period: a row each, any number of rows.
import { useId } from 'preact/hooks'
import type { Role } from '../api/types'
import { Icon } from '../ui/Icon'
import { type TermDraft, fresh } from './terms'
import { t } from './texts'

export const allRoles: readonly Role[] = ['officer', 'administrator', 'clerk', 'dispatcher', 'planner', 'landlord', 'integrator', 'operator']

interface Props {
  terms: readonly TermDraft[]
  /** The rows that end before they begin. */
  wrong: readonly number[]
  error: string | undefined
  onChange(terms: TermDraft[]): void
}

export function RoleTerms({ terms, wrong, error, onChange }: Props) {
  const m = t.value
  const id = useId()
  const set = (i: number, part: Partial<TermDraft>) => onChange(terms.with(i, { ...terms[i]!, ...part }))
  return (
    <fieldset class="field role-terms" {...(error ? { 'aria-describedby': `${id}-error` } : {})}>
      <legend>{m.roles}</legend>
      {terms.map((term, i) => (
        <div class="role-term" key={i}>
          <select aria-label={m.role} value={term.role} onChange={(event) => set(i, { role: event.currentTarget.value as Role })}>
            {allRoles.map((role) => (
              <option key={role} value={role}>
                {m.roleNames[role]}
              </option>
            ))}
          </select>
          <label>
            <span>{m.from}</span>
            <input type="datetime-local" value={term.from} onChange={(event) => set(i, { from: event.currentTarget.value })} />
          </label>
          <label>
            <span>{m.to}</span>
            <input
              type="datetime-local"
              value={term.to}
              {...(wrong.includes(i) ? { 'aria-invalid': 'true' as const, 'aria-describedby': `${id}-${i}` } : {})}
              onChange={(event) => set(i, { to: event.currentTarget.value })}
            />
          </label>
          <button type="button" class="icon-button quiet" aria-label={m.removeRole(m.roleNames[term.role])} title={m.removeRole(m.roleNames[term.role])} onClick={() => onChange(terms.toSpliced(i, 1))}>
            <Icon name="close" />
          </button>
          {wrong.includes(i) && (
            <p class="field-error" id={`${id}-${i}`}>
              {m.endBeforeStart}
            </p>
          )}
        </div>
      ))}
      <button type="button" class="button small" onClick={() => onChange([...terms, fresh(allRoles.find((role) => !terms.some((x) => x.role === role)) ?? 'officer')])}>
        <Icon name="plus" /> {m.addRole}
      </button>
      <p class="field-hint">{m.openEnd}</p>
      {error && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </fieldset>
  )
}
