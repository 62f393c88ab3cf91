// How many live in each dwelling, with a thumb: one more, one fewer, or the number itself; and who says so.
import { useId } from 'preact/hooks'
import { Field, Select, TextInput } from '../ui/Field'
import { Icon } from '../ui/Icon'
import { type CountRow, type Source, faultOf, isChanged, sources, stepped } from './draft'
import { words } from './texts'

interface Props {
  rows: readonly CountRow[]
  source: Source
  from: string
  withPermits: boolean
  /** What the server says of a row, by its place among the rows that were sent. */
  errorOf(code: string, field: 'heads' | 'permits'): string | undefined
  fromError: string | undefined
  onRows(rows: CountRow[]): void
  onSource(source: Source): void
  onFrom(from: string): void
  onPermits(with_: boolean): void
}

export function CountFields({ rows, source, from, withPermits, errorOf, fromError, onRows, onSource, onFrom, onPermits }: Props) {
  const t = words.value
  const put = (row: CountRow) => onRows(rows.map((r) => (r.code === row.code ? row : r)))
  const place = sources.findIndex((s) => s.evidence === source.evidence && s.declarer === source.declarer)
  return (
    <>
      <ul class="counts plain">
        {rows.map((row) => (
          <Row key={row.code} row={row} withPermits={withPermits} errorOf={errorOf} onChange={put} />
        ))}
      </ul>
      <label class="check">
        <input type="checkbox" checked={withPermits} onChange={(event) => onPermits(event.currentTarget.checked)} /> {t.withPermits}
      </label>
      <div class="field-pair count-source">
        <Field label={t.source}>
          {(tie) => (
            <Select tie={tie} value={`${place}`} options={sources.map((s, i) => [`${i}`, `${t.said[s.evidence]} · ${t.by[s.declarer]}`] as const)} onChoice={(i) => onSource(sources[Number(i)] ?? source)} />
          )}
        </Field>
        <Field label={t.from} hint={t.fromHint} error={fromError}>
          {(tie) => <TextInput tie={tie} type="date" value={from} onText={onFrom} />}
        </Field>
      </div>
    </>
  )
}

interface RowProps {
  row: CountRow
  withPermits: boolean
  errorOf(code: string, field: 'heads' | 'permits'): string | undefined
  onChange(row: CountRow): void
}

function Row({ row, withPermits, errorOf, onChange }: RowProps) {
  const t = words.value
  const id = useId()
  const name = row.label || t.building
  const fault = faultOf(row)
  const error = fault === 'number' ? t.notNumber : fault === 'permits' ? t.tooManyPermits : (errorOf(row.code, 'heads') ?? errorOf(row.code, 'permits'))
  const invalid = error ? { 'aria-invalid': 'true' as const, 'aria-describedby': `${id}-error` } : {}
  return (
    <li class={`head-count field${isChanged(row) ? ' changed' : ''}`}>
      <label for={id}>{name}</label>
      <div class="count-step">
        <button type="button" class="icon-button" aria-label={t.less(name)} onClick={() => onChange({ ...row, heads: stepped(row.heads, -1) })}>
          <Icon name="minus" />
        </button>
        <input {...invalid} id={id} inputMode="numeric" autoComplete="off" maxLength={6} aria-label={t.headsOf(name)} value={row.heads} onInput={(event) => onChange({ ...row, heads: event.currentTarget.value })} />
        <button type="button" class="icon-button" aria-label={t.more(name)} onClick={() => onChange({ ...row, heads: stepped(row.heads, 1) })}>
          <Icon name="plus" />
        </button>
      </div>
      {withPermits && (
        <div class="count-permits">
          <input {...invalid} inputMode="numeric" autoComplete="off" maxLength={6} aria-label={t.permitsFor(name)} placeholder={t.permits} value={row.permits} onInput={(event) => onChange({ ...row, permits: event.currentTarget.value })} />
        </div>
      )}
      {error && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </li>
  )
}

