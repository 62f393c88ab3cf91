// Instants as people set them: a date and a time on the registry's own clock, whatever clock the browser has.

/** "2026-11-23T09:30" on the registry's clock as an instant; null when that is no time. */
export function toInstant(local: string, timeZone: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(local)) return null
  const wanted = Date.parse(`${local}:00Z`)
  if (Number.isNaN(wanted)) return null
  // The zone's offset is asked of the guess and once more of what it led to: the clock may change between the two.
  let at = wanted
  for (let n = 0; n < 2; n++) at = wanted - offset(at, timeZone)
  return new Date(at).toISOString().replace('.000Z', 'Z')
}

/** An instant on the registry's clock, to the minute, as a date-time field takes it. */
export function toLocal(instant: string, timeZone: string): string {
  const at = Date.parse(instant)
  return Number.isNaN(at) ? '' : new Date(at + offset(at, timeZone)).toISOString().slice(0, 16)
}

/** What the zone's clock shows more than UTC's at an instant, in milliseconds. */
function offset(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(new Date(at))
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value)
  const clock = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'))
  return clock - Math.floor(at / 1000) * 1000
}
