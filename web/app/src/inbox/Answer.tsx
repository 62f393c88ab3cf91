import { texts } from '../i18n'
import { Field } from '../ui/Field'
import { words } from './texts'

interface Props {
  value: string
  error: string | undefined
  needed?: boolean
  onChange(text: string): void
}

/** What the officer is told. */
export function Answer({ value, error, needed = false, onChange }: Props) {
  const t = words.value
  return (
    <Field label={needed ? texts.value.field.reason : `${t.tell} (${texts.value.clerk.optional})`} hint={t.tellHint} error={error}>
      {(tie) => <textarea {...tie} rows={needed ? 3 : 2} maxLength={500} value={value} onInput={(event) => onChange(event.currentTarget.value)} />}
    </Field>
  )
}
