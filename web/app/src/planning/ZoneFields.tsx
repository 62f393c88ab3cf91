// What a planner states about a zone.
import { Field, Select, TextInput } from '../ui/Field'
import { texts } from '../i18n'
import { type Zone, type ZoneBody, type ZoneKind, kinds } from './api'
import { words } from './texts'

export interface Draft {
  name: string
  kind: ZoneKind
  note: string
  validFrom: string
  validTo: string
  reason: string
}

export const blank: Draft = { name: '', kind: 'priority', note: '', validFrom: '', validTo: '', reason: '' }

export const draftOf = (zone: Zone): Draft => ({ ...blank, name: zone.name, kind: zone.kind, note: zone.note, validTo: zone.validTo ?? '' })

/** What a new zone is registered with. */
export function newBody(draft: Draft): ZoneBody {
  const { name, kind, note, validFrom, validTo, reason } = draft
  return { name: name.trim(), kind, note: note.trim(), ...dates(validFrom, validTo), ...why(reason) }
}

/** Only what differs from the zone as it is; null when nothing does. */
export function changedBody(zone: Zone, draft: Draft): ZoneBody | null {
  const body: ZoneBody = {}
  if (draft.name.trim() !== zone.name) body.name = draft.name.trim()
  if (draft.kind !== zone.kind) body.kind = draft.kind
  if (draft.note.trim() !== zone.note) body.note = draft.note.trim()
  if ((draft.validTo || null) !== zone.validTo) body.validTo = draft.validTo || null
  if (Object.keys(body).length === 0) return null
  return { ...body, ...(draft.validFrom ? { validFrom: draft.validFrom } : {}), ...why(draft.reason) }
}

/** The draft upon a zone that somebody else has changed meanwhile: what was not touched here is as it is there now. */
export function rebase(draft: Draft, was: Zone, now: Zone): Draft {
  const [before, after] = [draftOf(was), draftOf(now)]
  const kept = <K extends keyof Draft>(field: K): Draft[K] => (draft[field] === before[field] ? after[field] : draft[field])
  return { ...draft, name: kept('name'), kind: kept('kind'), note: kept('note'), validTo: kept('validTo') }
}

export const why = (reason: string) => (reason.trim() ? { reason: reason.trim() } : {})
const dates = (validFrom: string, validTo: string) => ({ ...(validFrom ? { validFrom } : {}), ...(validTo ? { validTo } : {}) })

interface Props {
  draft: Draft
  fromHint: string
  errorOf(field: string): string | undefined
  onChange(draft: Draft): void
}

export function ZoneFields({ draft, fromHint, errorOf, onChange }: Props) {
  const w = words.value
  const t = texts.value
  const set = (change: Partial<Draft>) => onChange({ ...draft, ...change })
  return (
    <>
      <Field label={w.name} error={errorOf('name')}>
        {(tie) => <TextInput tie={tie} value={draft.name} maxLength={200} autoComplete="off" onText={(name) => set({ name })} />}
      </Field>
      <KindField kind={draft.kind} error={errorOf('kind')} onChange={(kind) => set({ kind })} />
      <Field label={`${w.note} (${t.clerk.optional})`} error={errorOf('note')} hint={w.reasonHint}>
        {(tie) => <textarea {...tie} rows={2} maxLength={500} value={draft.note} onInput={(event) => set({ note: event.currentTarget.value })} />}
      </Field>
      <div class="field-pair">
        <Field label={t.field.validFrom} error={errorOf('validFrom')} hint={fromHint}>
          {(tie) => <TextInput tie={tie} type="date" value={draft.validFrom} onText={(validFrom) => set({ validFrom })} />}
        </Field>
        <Field label={w.validTo} error={errorOf('validTo')} hint={w.validToHint}>
          {(tie) => <TextInput tie={tie} type="date" value={draft.validTo} onText={(validTo) => set({ validTo })} />}
        </Field>
      </div>
      <ReasonField reason={draft.reason} error={errorOf('reason')} onChange={(reason) => set({ reason })} />
    </>
  )
}

export function KindField({ kind, label, error, hint, onChange }: { kind: ZoneKind; label?: string; error?: string | undefined; hint?: string; onChange(kind: ZoneKind): void }) {
  const w = words.value
  return (
    <Field label={label ?? w.kindLabel} error={error} hint={hint}>
      {(tie) => <Select tie={tie} value={kind} options={kinds.map((k) => [k, w.kind[k]] as const)} onChoice={onChange} />}
    </Field>
  )
}

export function ReasonField({ reason, error, onChange }: { reason: string; error: string | undefined; onChange(reason: string): void }) {
  const t = texts.value
  return (
    <Field label={`${t.field.reason} (${t.clerk.optional})`} error={error} hint={words.value.reasonHint}>
      {(tie) => <TextInput tie={tie} value={reason} maxLength={500} autoComplete="off" onText={onChange} />}
    </Field>
  )
}
