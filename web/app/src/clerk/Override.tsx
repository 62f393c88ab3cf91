import { texts } from '../i18n'
import { Field, TextInput } from '../ui/Field'

interface Props {
  reason: string
  error: string | undefined
  label: string
  onChange(reason: string): void
  onOverride(): void
}

/** Both houses are right, and why: the guard lets it through with a reason, which stays in the history. */
export function Override({ reason, error, label, onChange, onOverride }: Props) {
  const t = texts.value
  return (
    <div class="override">
      <Field label={t.trouble.overrideReason} error={error}>
        {(tie) => <TextInput tie={tie} value={reason} maxLength={500} autoComplete="off" onText={onChange} />}
      </Field>
      <button type="button" class="button danger" aria-disabled={reason.trim() === ''} onClick={() => reason.trim() !== '' && onOverride()}>
        {label}
      </button>
    </div>
  )
}
