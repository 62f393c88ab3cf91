// Which of the page's two faces is shown: the desk with its map, or a report. The address decides.
import { signal } from '@preact/signals'
import { leaving } from '../view/desk'
import { type ReportAddress, parseReport } from './address'

export const reportShown = signal<ReportAddress | null>(parseReport(location.search))

/** Opens a report, or another one, as a step in the browser's history. */
export function goReport(search: string): void {
  leaving(() => {
    history.pushState(null, '', location.pathname + search + location.hash)
    reportShown.value = parseReport(search)
    scrollTo(0, 0)
  })
}

/** Names what the server has filled in, without a step: now the address makes this very report again. */
export function settleReport(search: string): void {
  if (search !== location.search) history.replaceState(null, '', location.pathname + search + location.hash)
}

export function goDesk(): void {
  history.pushState(null, '', location.pathname + location.hash)
  reportShown.value = null
}

/** Follows the browser's back and forward buttons; returns the way to stop. */
export function followPaths(): () => void {
  const back = () => {
    reportShown.value = parseReport(location.search)
  }
  addEventListener('popstate', back)
  return () => removeEventListener('popstate', back)
}
