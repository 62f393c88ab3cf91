// People of every role: through the API without a page, and on a page where they are signed in already.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { inject } from 'vitest'
import { type Watch, openPage } from './browser'

export interface Caller {
  cookie: string
  send<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<T>
}

export async function callerOf(name: string): Promise<Caller> {
  const base = inject('base')
  const session = await fetch(`${base}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, password: inject('passwords')[name] }),
  })
  if (!session.ok) throw new Error(`${name}: ${session.status}`)
  const cookie = session.headers.get('set-cookie')!.split(';')[0]!
  return {
    cookie,
    async send<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
      const json: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
      const answer = await fetch(base + path, { method, headers: { cookie, ...json, ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
      const text = await answer.text()
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
      return (text ? JSON.parse(text) : undefined) as T
    },
  }
}

/** A page of this name's, which is signed in already; `address` is path, query and hash. */
export async function pageOf(browser: Browser, watch: Watch, { cookie }: Caller, address: string, options: BrowserContextOptions = {}): Promise<Page> {
  const [name, value] = cookie.split('=') as [string, string]
  const { hostname } = new URL(inject('base'))
  const storageState = { cookies: [{ name, value, domain: hostname, path: '/', expires: -1, httpOnly: true, secure: false, sameSite: 'Lax' as const }], origins: [] }
  return openPage(browser, watch, { storageState, ...options }, '', address)
}

interface Headcount {
  code: string
  heads: number
  evidence: 'declared' | 'observed'
  from: string
}

/** States headcounts; that all of it is stated already, by an earlier run on the same server, is as good. */
export async function state(clerk: Caller, statements: Headcount[]): Promise<void> {
  await clerk.send('POST', '/api/v1/headcounts', { statements, reason: 'test' }).catch((error: Error) => {
    if (!error.message.includes('/problems/no_change')) throw error
  })
}
