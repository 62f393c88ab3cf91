import { afterEach, describe, expect, test, vi } from 'vitest'
import { Attempt } from './attempt'
import { ProblemError, UnreachableError, ask, askIfChanged } from './http'

afterEach(() => vi.unstubAllGlobals())

const answers = (response: Response | Error) =>
  vi.stubGlobal('fetch', async () => {
    if (response instanceof Error) throw response
    return response
  })

describe('ask', () => {
  test('gives the value and its ETag', async () => {
    answers(new Response('{"a":1}', { headers: { etag: '"3"' } }))
    expect(await ask('/x')).toEqual({ value: { a: 1 }, etag: '"3"' })
  })
  test('an empty answer is no value', async () => {
    answers(new Response(null, { status: 204 }))
    expect((await ask('/x')).value).toBeUndefined()
  })
  test('a problem keeps its slug, fields and codes', async () => {
    const problem = { type: '/problems/overlap', title: 'Clashes', status: 409, codes: ['112345678973'] }
    answers(new Response(JSON.stringify(problem), { status: 409, headers: { 'content-type': 'application/problem+json' } }))
    const error = await ask('/x').catch((e: unknown) => e)
    expect(error).toBeInstanceOf(ProblemError)
    expect((error as ProblemError).slug).toBe('overlap')
    expect((error as ProblemError).problem.codes).toEqual(['112345678973'])
  })
  test('a page of something in between is a problem by its status', async () => {
    answers(new Response('<h1>Bad gateway', { status: 502, headers: { 'content-type': 'text/html', 'retry-after': '7' } }))
    const error = (await ask('/x').catch((e: unknown) => e)) as ProblemError
    expect([error.status, error.retryAfter]).toEqual([502, 7])
  })
  test('no answer is unreachable, which is not a no', async () => {
    answers(new TypeError('failed'))
    await expect(ask('/x')).rejects.toBeInstanceOf(UnreachableError)
  })
})

test('the same content keeps its key, other content gets another', () => {
  const attempt = new Attempt()
  const first = attempt.keyFor({ floors: 3 })
  expect(attempt.keyFor({ floors: 3 })).toBe(first)
  expect(attempt.keyFor({ floors: 4 })).not.toBe(first)
  expect(first).toMatch(/^[0-9a-f]{32}$/)
  expect(new Attempt().keyFor({ floors: 3 })).not.toBe(first)
})

describe('askIfChanged', () => {
  test('names what it has, and takes 304 for an answer', async () => {
    const asked: (string | null)[] = []
    vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
      asked.push(new Headers(init.headers).get('if-none-match'))
      return asked.length === 1 ? new Response('{"a":1}', { headers: { etag: '"x"' } }) : new Response(null, { status: 304 })
    })
    expect(await askIfChanged('/x', '')).toEqual({ value: { a: 1 }, etag: '"x"' })
    expect(await askIfChanged('/x', '"x"')).toBeNull()
    expect(asked).toEqual([null, '"x"'])
  })
  test('a refusal is one', async () => {
    answers(new Response('{}', { status: 403 }))
    await expect(askIfChanged('/x', '')).rejects.toBeInstanceOf(ProblemError)
  })
})
