// Days as numbers, for a slider: days since 1970-01-01.

const dayMs = 86_400_000

export const toNumber = (day: string): number => Math.round(Date.parse(`${day}T00:00:00Z`) / dayMs)
export const toDay = (number: number): string => new Date(number * dayMs).toISOString().slice(0, 10)

/** The day so many months away, the month's last day where it has no such day. */
export function addMonths(day: string, months: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  const index = year * 12 + (month - 1) + months
  const last = new Date(Date.UTC(Math.floor(index / 12), (index % 12) + 1, 0)).getUTCDate()
  return new Date(Date.UTC(Math.floor(index / 12), index % 12, Math.min(date, last))).toISOString().slice(0, 10)
}

/** Where a slider over the registry's history begins: its earliest day, at least a year back, on a first of January. */
export function firstDay(earliest: string, today: string): string {
  const yearAgo = addMonths(today, -12)
  const from = earliest < yearAgo ? earliest : yearAgo
  return `${from.slice(0, 4)}-01-01`
}

/** Years to write under a slider: at most `most`, evenly, as fractions of its length. */
export function yearMarks(first: string, last: string, most = 6): { year: number; at: number }[] {
  const [from, to] = [toNumber(first), toNumber(last)]
  const [y0, y1] = [Number(first.slice(0, 4)), Number(last.slice(0, 4))]
  const step = [1, 2, 5, 10, 20, 50, 100].find((s) => (y1 - y0) / s < most) ?? 200
  const marks = []
  for (let year = Math.ceil(y0 / step) * step; year <= y1; year += step) {
    const at = (toNumber(`${year}-01-01`) - from) / Math.max(1, to - from)
    if (at >= 0 && at <= 1) marks.push({ year, at })
  }
  return marks
}
