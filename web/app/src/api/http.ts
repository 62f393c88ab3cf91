// One request: JSON in, JSON out, every failure either a problem of the server's or "not reached".
import type { Problem } from './types'

/** The server answered, and said no. `problem.type` ends in a stable slug. */
export class ProblemError extends Error {
  constructor(
    readonly problem: Problem,
    readonly retryAfter: number | null = null,
  ) {
    super(problem.detail ?? problem.title)
  }
  get slug(): string {
    return this.problem.type.split('/').pop() ?? ''
  }
  get status(): number {
    return this.problem.status
  }
}

/** No answer came: whether the server did it is not known, so a repeat needs the same Idempotency-Key. */
export class UnreachableError extends Error {}

export interface Answer<T> {
  value: T
  /** The strong ETag, to send back in If-Match. */
  etag: string
}

export interface Ask {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  body?: unknown
  /** Instead of a JSON body: a table, or a file as it is. */
  text?: { type: string; content: string | Blob }
  headers?: Record<string, string>
  signal?: AbortSignal
}

export async function ask<T>(path: string, what: Ask = {}): Promise<Answer<T>> {
  const { response, text } = await send(path, what)
  if (!response.ok) throw problemOf(response, text)
  return { value: (text === '' ? undefined : JSON.parse(text)) as T, etag: response.headers.get('etag') ?? '' }
}

/** Asks for what may have changed since an answer with the etag; null when it has not. */
export async function askIfChanged<T>(path: string, etag: string, signal?: AbortSignal): Promise<Answer<T> | null> {
  const { response, text } = await send(path, { ...(etag ? { headers: { 'if-none-match': etag } } : {}), ...(signal ? { signal } : {}) })
  if (response.status === 304) return null
  if (!response.ok) throw problemOf(response, text)
  return { value: JSON.parse(text) as T, etag: response.headers.get('etag') ?? '' }
}

async function send(path: string, { method = 'GET', body, text: table, headers, signal }: Ask): Promise<{ response: Response; text: string }> {
  const init: RequestInit = {
    method,
    credentials: 'same-origin',
    headers: { accept: 'application/json', ...headers },
  }
  if (signal) init.signal = signal
  if (body !== undefined) {
    init.body = JSON.stringify(body)
    init.headers = { ...init.headers, 'content-type': 'application/json' }
  }
  if (table) {
    init.body = table.content
    init.headers = { ...init.headers, 'content-type': table.type }
  }
  try {
    const response = await fetch(path, init)
    return { response, text: await response.text() }
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new UnreachableError(path, { cause })
  }
}

function problemOf(response: Response, text: string): ProblemError {
  const wait = Number.parseInt(response.headers.get('retry-after') ?? '', 10)
  let problem: Problem = { type: 'about:blank', title: response.statusText, status: response.status }
  if (response.headers.get('content-type')?.includes('json')) {
    try {
      problem = { ...problem, ...(JSON.parse(text) as Problem) }
    } catch {
      // A broken body from something in between: the status alone has to do.
    }
  }
  return new ProblemError(problem, Number.isNaN(wait) ? null : wait)
}
