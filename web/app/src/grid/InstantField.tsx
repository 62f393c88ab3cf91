// From when a change holds, or which instant is shown: now, or a date and a time on the registry's clock.
import { lang, showInstant } from '../i18n'
import { info } from '../view/desk'
import { Field } from '../ui/Field'
import { toInstant, toLocal } from './instants'
import { t } from './texts'

interface Props {
  label: string
  hint?: string
  /** An instant; null is now. */
  value: string | null
  error?: string | undefined
  onChange(instant: string | null): void
}

/** Empty is now. */
export function InstantField({ label, hint, value, error, onChange }: Props) {
  const zone = info.value?.timezone ?? 'UTC'
  return (
    <Field label={label} hint={hint ?? t.value.when.emptyIsNow} error={error}>
      {(tie) => (
        <input
          {...tie}
          type="datetime-local"
          value={value === null ? '' : toLocal(value, zone)}
          onChange={(event) => onChange(event.currentTarget.value === '' ? null : toInstant(event.currentTarget.value, zone))}
        />
      )}
    </Field>
  )
}

/** An instant as people read it; null is now. */
export const whenText = (instant: string | null): string => (instant === null ? t.value.when.now : showInstant(instant, lang.value, info.value?.timezone ?? 'UTC'))
