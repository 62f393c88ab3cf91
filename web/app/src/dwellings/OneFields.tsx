import { texts } from '../i18n'
import { Field, Select, TextInput } from '../ui/Field'
import { type Unit, uses } from './unit'

interface Props {
  unit: Unit
  errorOf(field: string): string | undefined
  onChange(unit: Unit): void
}

/** What is known of one dwelling, as fields. */
export function OneFields({ unit, errorOf, onChange }: Props) {
  const t = texts.value
  return (
    <>
      <div class="field-pair">
        <Field label={t.life.label} error={errorOf('label')}>
          {(tie) => <TextInput tie={tie} value={unit.label} maxLength={40} autoComplete="off" onText={(label) => onChange({ ...unit, label })} />}
        </Field>
        <Field label={t.life.floor} error={errorOf('floor')}>
          {(tie) => <TextInput tie={tie} value={unit.floor} inputMode="numeric" maxLength={5} autoComplete="off" onText={(floor) => onChange({ ...unit, floor })} />}
        </Field>
      </div>
      <UseAndArea unit={unit} errorOf={errorOf} onChange={onChange} />
    </>
  )
}

export function UseAndArea({ unit, errorOf, onChange }: Props) {
  const t = texts.value
  return (
    <div class="field-pair">
      <Field label={t.life.useOf} error={errorOf('use')}>
        {(tie) => <Select tie={tie} value={unit.use} options={uses.map((u) => [u, t.life.use[u]] as const)} onChoice={(use) => onChange({ ...unit, use })} />}
      </Field>
      <Field label={t.life.areaUnit} error={errorOf('area')}>
        {(tie) => <TextInput tie={tie} value={unit.area} inputMode="decimal" maxLength={9} autoComplete="off" onText={(area) => onChange({ ...unit, area })} />}
      </Field>
    </div>
  )
}
