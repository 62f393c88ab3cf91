// Playing the years: one step after the other, each only when the map has drawn the one before.
import { addMonths } from '../time/days'

export type Step = 'month' | 'quarter' | 'year'
export const stepMonths: Record<Step, number> = { month: 1, quarter: 3, year: 12 }

/** The day that follows; null (today) when it is reached. */
export function nextDay(on: string, today: string, step: Step): string | null {
  const next = addMonths(on, stepMonths[step])
  return next >= today ? null : next
}

/** Where playing begins: on the day shown, from the first one when that is today. */
export const startDay = (on: string | null, first: string, today: string): string => (on !== null && on < today ? on : first)
