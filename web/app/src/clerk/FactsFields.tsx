// The facts of a building as form fields, for a new one and for one being edited.
import type { ComponentChildren } from 'preact'
import { texts } from '../i18n'
import { type Draft, type DraftField, standingStates } from '../registry/draft'
import { Field, Select, TextInput, type Tie } from '../ui/Field'
import { Icon } from '../ui/Icon'

interface Props {
  draft: Draft
  changed: readonly DraftField[]
  /** What went wrong with a field, by dotted path. */
  errorOf(field: string): string | undefined
  noteOf?(field: DraftField): ComponentChildren
  onChange(draft: Draft): void
}

export function FactsFields({ draft, changed, errorOf, noteOf, onChange }: Props) {
  const t = texts.value
  const set = <F extends DraftField>(field: F, value: Draft[F]) => onChange({ ...draft, [field]: value })
  const field = (name: DraftField, label: string, control: (tie: Tie) => ComponentChildren) => (
    <Field label={label} error={errorOf(name)} note={noteOf?.(name)} changed={changed.includes(name)}>
      {control}
    </Field>
  )
  const pairs = <K extends string>(words: Record<K, string>, keys = Object.keys(words) as K[]) => keys.map((key) => [key, words[key]] as const)
  return (
    <>
      {field('name', t.field.name, (tie) => (
        <TextInput tie={tie} value={draft.name} maxLength={200} autoComplete="off" onText={(v) => set('name', v)} />
      ))}
      {field('address', t.field.address, (tie) => (
        <TextInput tie={tie} value={draft.address} maxLength={500} autoComplete="off" onText={(v) => set('address', v)} />
      ))}
      <div class="field-pair">
        {field('floors', t.field.floors, (tie) => (
          <TextInput tie={tie} value={draft.floors} inputMode="numeric" maxLength={6} autoComplete="off" onText={(v) => set('floors', v)} />
        ))}
        {field('height', t.field.heightUnit, (tie) => (
          <TextInput tie={tie} value={draft.height} inputMode="decimal" maxLength={10} autoComplete="off" onText={(v) => set('height', v)} />
        ))}
      </div>
      <div class="field-pair">
        {field('state', t.field.state, (tie) => (
          <Select tie={tie} value={draft.state} options={pairs(t.state, [...standingStates])} onChoice={(v) => set('state', v as Draft['state'])} />
        ))}
        {field('evidence', t.field.evidence, (tie) => (
          <Select tie={tie} value={draft.evidence} options={pairs(t.evidence)} onChoice={(v) => set('evidence', v)} />
        ))}
      </div>
      <div class="field-pair">
        {field('legality', t.field.legality, (tie) => (
          <Select tie={tie} value={draft.legality} options={pairs(t.legality)} onChoice={(v) => set('legality', v)} />
        ))}
        {field('inQuestion', t.field.inQuestion, (tie) => (
          <input {...tie} type="checkbox" checked={draft.inQuestion} onChange={(event) => set('inQuestion', event.currentTarget.checked)} />
        ))}
      </div>
      <ExternalIds draft={draft} changed={changed.includes('externalIds')} errorOf={errorOf} note={noteOf?.('externalIds')} set={set} />
    </>
  )
}

interface IdsProps {
  draft: Draft
  changed: boolean
  errorOf(field: string): string | undefined
  note: ComponentChildren
  set(field: 'externalIds', value: Draft['externalIds']): void
}

function ExternalIds({ draft, changed, errorOf, note, set }: IdsProps) {
  const t = texts.value
  const ids = draft.externalIds
  return (
    <fieldset class={`field ids${changed ? ' changed' : ''}`}>
      <legend>{t.field.externalIds}</legend>
      {ids.map((x, index) => (
        <div class="id-row" key={index}>
          <Field label={t.field.externalSource} error={errorOf(`externalIds.${index}.source`)}>
            {(tie) => (
              <TextInput tie={tie} value={x.source} maxLength={64} autoComplete="off" onText={(source) => set('externalIds', ids.with(index, { ...x, source }))} />
            )}
          </Field>
          <Field label={t.field.externalId} error={errorOf(`externalIds.${index}.id`) ?? errorOf(`externalIds.${index}`)}>
            {(tie) => (
              <TextInput tie={tie} value={x.id} maxLength={200} autoComplete="off" onText={(id) => set('externalIds', ids.with(index, { ...x, id }))} />
            )}
          </Field>
          <button
            type="button"
            class="icon-button quiet"
            aria-label={t.clerk.removeExternalId(x.id)}
            title={t.clerk.removeExternalId(x.id)}
            onClick={() => set('externalIds', ids.toSpliced(index, 1))}
          >
            <Icon name="trash" />
          </button>
        </div>
      ))}
      {note && <p class="field-note">{note}</p>}
      {errorOf('externalIds') && <p class="field-error">{errorOf('externalIds')}</p>}
      {ids.length < 20 && (
        <button type="button" class="button small" onClick={() => set('externalIds', [...ids, { source: '', id: '' }])}>
          <Icon name="plus" /> {t.clerk.addExternalId}
        </button>
      )}
    </fieldset>
  )
}
