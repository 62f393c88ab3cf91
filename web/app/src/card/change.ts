// One changed field of an event, in words.
import type { ExternalId } from '../api/types'
import type { Messages } from '../i18n/messages'

export interface ChangeLine {
  field: string
  label: string
  from: string
  to: string
  /** Says it in one sentence instead of from and to. */
  said: string
}

const shapes = new Set(['geometry', 'point', 'area', 'cell'])

/** The changes worth reading: what follows from a redrawn outline (point, area, cell) is not told again. */
export function changeLines(changes: Record<string, unknown[]> | undefined, t: Messages): ChangeLine[] {
  const entries = Object.entries(changes ?? {})
  const redrawn = entries.some(([field]) => field === 'geometry')
  const lines: ChangeLine[] = []
  for (const [field, [from, to]] of entries) {
    const label = (t.field as Record<string, string>)[field] ?? field
    if (field === 'geometry') lines.push({ field, label, from: '', to: '', said: t.card.outlineChanged })
    else if (shapes.has(field) && redrawn) continue
    else lines.push({ field, label, from: word(field, from, t), to: word(field, to, t), said: '' })
  }
  return lines
}

/** A value of a field as people read it. */
export function word(field: string, value: unknown, t: Messages): string {
  if (value === null || value === undefined || value === '') return t.none
  if (typeof value === 'boolean') return value ? t.yes : t.no
  if (field === 'externalIds' && Array.isArray(value)) {
    return (value as ExternalId[]).map((x) => `${x.source}:${x.id}`).join(', ') || t.none
  }
  if (typeof value === 'number') {
    if (field === 'height') return t.metres(value)
    return field === 'area' ? t.squareMetres(value) : `${value}`
  }
  if (typeof value === 'object') return 'name' in value ? String(value.name) : JSON.stringify(value)
  const words: Record<string, Record<string, string>> = {
    state: t.state,
    status: t.status,
    evidence: t.evidence,
    legality: t.legality,
    retiredAs: t.retiredAs,
  }
  return words[field]?.[String(value)] ?? String(value)
}
