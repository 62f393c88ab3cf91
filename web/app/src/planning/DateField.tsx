import { Field, TextInput } from '../ui/Field'

interface Props {
  label: string
  hint?: string | undefined
  value: string
  error?: string | undefined
  onChange(value: string): void
}

export const DateField = ({ label, hint, value, error, onChange }: Props) => (
  <Field label={label} error={error} hint={hint}>
    {(tie) => <TextInput tie={tie} type="date" value={value} onText={onChange} />}
  </Field>
)
