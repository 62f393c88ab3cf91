// Since when, why, and on which document: asked with every change.
import { texts } from '../i18n'
import type { Why } from '../registry/draft'
import { Field, TextInput } from '../ui/Field'

interface Props {
  why: Why
  errorOf(field: string): string | undefined
  dateHint: string
  /** A void has no date: it never was. */
  dated?: boolean
  reasonNeeded?: boolean
  onChange(why: Why): void
}

export function WhyFields({ why, errorOf, dateHint, dated = true, reasonNeeded = false, onChange }: Props) {
  const t = texts.value
  return (
    <>
      <Field label={reasonNeeded ? t.field.reason : `${t.field.reason} (${t.clerk.optional})`} error={errorOf('reason')} hint={t.clerk.reasonHint}>
        {(tie) => (
          <textarea
            {...tie}
            rows={2}
            maxLength={500}
            required={reasonNeeded}
            value={why.reason}
            onInput={(event) => onChange({ ...why, reason: event.currentTarget.value })}
          />
        )}
      </Field>
      <div class={dated ? 'field-pair' : ''}>
        {dated && (
          <Field label={t.field.validFrom} error={errorOf('validFrom')} hint={dateHint}>
            {(tie) => <TextInput tie={tie} type="date" value={why.validFrom} onText={(validFrom) => onChange({ ...why, validFrom })} />}
          </Field>
        )}
        <Field label={`${t.field.document} (${t.clerk.optional})`} error={errorOf('document')}>
          {(tie) => <TextInput tie={tie} value={why.document} maxLength={200} autoComplete="off" onText={(document) => onChange({ ...why, document })} />}
        </Field>
      </div>
    </>
  )
}
