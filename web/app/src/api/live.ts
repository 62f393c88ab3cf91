// What changed, as it is committed: the server-sent events that keep open maps true.
import type { Bounds } from './types'

export interface Change {
  /** At most 100; with `more` the list is cut and the box alone tells. */
  codes: string[]
  more?: boolean
  bbox: Bounds | null
  layers: string[]
}

export type Link = 'connecting' | 'live' | 'lost'

export interface Listener {
  link(state: Link): void
  /** Something was missed while the connection was away: nothing on the screen is certain. */
  missed(): void
  change(change: Change): void
}

const firstWait = 1000
const longestWait = 20_000

/** Follows the stream until the returned function is called; reconnects by itself. */
export function follow(listener: Listener, url = '/api/v1/events/stream'): () => void {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let wait = firstWait
  let everReady = false
  let late = false

  const open = () => {
    source = new EventSource(url)
    source.addEventListener('ready', () => {
      wait = firstWait
      // The first ready starts the stream; any later one means that it could not be continued. A first one that comes
      // after an error is late too: a server that starts shows houses before it tells of changes.
      if (everReady || late) listener.missed()
      everReady = true
      late = false
      listener.link('live')
    })
    source.addEventListener('change', (event) => {
      listener.link('live')
      listener.change(JSON.parse((event as MessageEvent<string>).data) as Change)
    })
    source.addEventListener('open', () => {
      if (everReady) listener.link('live')
    })
    source.addEventListener('error', () => {
      if (!everReady) late = true
      listener.link('lost')
      // CONNECTING means that the browser tries again by itself, with the last id; CLOSED means that it gave up.
      if (source?.readyState !== EventSource.CLOSED) return
      source.close()
      timer = setTimeout(open, wait)
      wait = Math.min(wait * 2, longestWait)
    })
  }
  const wake = () => {
    if (source?.readyState !== EventSource.CLOSED) return
    clearTimeout(timer)
    wait = firstWait
    open()
  }

  listener.link('connecting')
  open()
  addEventListener('online', wake)
  return () => {
    removeEventListener('online', wake)
    clearTimeout(timer)
    source?.close()
  }
}
