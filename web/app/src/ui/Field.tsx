// A labelled control with its hint and its error tied to it, so that all three are read together.
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

export interface Tie {
  id: string
  'aria-describedby'?: string
  'aria-invalid'?: 'true'
  /** Where a label in sight would only repeat what stands beside. */
  'aria-label'?: string
}

interface Props {
  label: string
  error?: string | undefined
  hint?: string | undefined
  /** Beside the label: "changed", or what the registry holds now. */
  note?: ComponentChildren
  changed?: boolean
  children(tie: Tie): ComponentChildren
}

export function Field({ label, error, hint, note, changed, children }: Props) {
  const id = useId()
  const described = [error ? `${id}-error` : '', hint ? `${id}-hint` : '', note ? `${id}-note` : ''].filter(Boolean).join(' ')
  const tie: Tie = { id }
  if (described) tie['aria-describedby'] = described
  if (error) tie['aria-invalid'] = 'true'
  return (
    <div class={`field${changed ? ' changed' : ''}`}>
      <label for={id}>{label}</label>
      {children(tie)}
      {note && (
        <p class="field-note" id={`${id}-note`}>
          {note}
        </p>
      )}
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  )
}

interface InputProps {
  tie: Tie
  value: string
  onText(text: string): void
  type?: 'text' | 'password' | 'date'
  inputMode?: 'text' | 'numeric' | 'decimal'
  maxLength?: number
  autoComplete?: string
  autoCapitalize?: 'none' | 'off'
  spellcheck?: boolean
  autoFocus?: boolean
  placeholder?: string
}

// Preact's types tell inputs apart by their type's literal; here the attributes are the same for all three.
export const TextInput = ({ tie, value, onText, type = 'text', ...rest }: InputProps) => (
  <input {...rest} {...tie} type={type as 'text'} value={value} onInput={(event) => onText(event.currentTarget.value)} />
)

interface SelectProps<T extends string> {
  tie: Tie
  value: T
  options: readonly (readonly [T, string])[]
  onChoice(value: T): void
  disabled?: boolean
}

export function Select<T extends string>({ tie, value, options, onChoice, disabled }: SelectProps<T>) {
  return (
    <select {...tie} value={value} disabled={disabled ?? false} onChange={(event) => onChoice(event.currentTarget.value as T)}>
      {options.map(([key, label]) => (
        <option key={key} value={key}>
          {label}
        </option>
      ))}
    </select>
  )
}
