// One dwelling as it is being typed, and what is sent for it.
import type { Dwelling, Use } from '../api/life'

export interface Unit {
  label: string
  floor: string
  use: Use
  area: string
}

export const uses: readonly Use[] = ['residential', 'commercial', 'mixed', 'other']

export const newUnit = (): Unit => ({ label: '', floor: '', use: 'residential', area: '' })

export const unitOf = (d: Dwelling): Unit => ({ label: d.label, floor: d.floor === null ? '' : `${d.floor}`, use: d.use ?? 'residential', area: d.area === null ? '' : `${d.area}` })

/** Null for nothing, NaN for what is no number. Full-width digits and a decimal comma are what keyboards give. */
export function numberOf(typed: string): number | null {
  const text = typed.normalize('NFKC').trim().replace(',', '.')
  if (text === '') return null
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : NaN
}

/** Fields that cannot be sent as they are typed. */
export function unreadable(unit: Unit): ('floor' | 'area')[] {
  const bad: ('floor' | 'area')[] = []
  if (!Number.isInteger(numberOf(unit.floor) ?? 0)) bad.push('floor')
  if (Number.isNaN(numberOf(unit.area))) bad.push('area')
  return bad
}

/** All that is stated; what is empty is left to the registry. */
export function statedOf(unit: Unit): { label: string; use: Use; floor?: number; area?: number } {
  const [floor, area] = [numberOf(unit.floor), numberOf(unit.area)]
  return { label: unit.label.trim(), use: unit.use, ...(floor === null ? {} : { floor }), ...(area === null ? {} : { area }) }
}

/** Only what differs; an emptied number is null. */
export function changesOf(before: Unit, now: Unit): { label?: string; use?: Use; floor?: number | null; area?: number | null } {
  return {
    ...(before.label.trim() === now.label.trim() ? {} : { label: now.label.trim() }),
    ...(before.use === now.use ? {} : { use: now.use }),
    ...(numberOf(before.floor) === numberOf(now.floor) ? {} : { floor: numberOf(now.floor) }),
    ...(numberOf(before.area) === numberOf(now.area) ? {} : { area: numberOf(now.area) }),
  }
}
