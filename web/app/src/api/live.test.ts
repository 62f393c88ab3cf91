import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { follow } from './live'

class Source extends EventTarget {
  static all: Source[] = []
  static readonly CLOSED = 2
  readyState = 0
  constructor(readonly url: string) {
    super()
    Source.all.push(this)
  }
  close() {
    this.readyState = Source.CLOSED
  }
  emit(type: string, data = '{}') {
    this.dispatchEvent(new MessageEvent(type, { data }))
  }
}

beforeEach(() => {
  Source.all = []
  vi.stubGlobal('EventSource', Source)
  vi.useFakeTimers()
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const listener = () => ({ link: vi.fn(), missed: vi.fn(), change: vi.fn() })

test('the first ready begins, a second one says that something was missed', () => {
  const heard = listener()
  const stop = follow(heard)
  Source.all[0]!.emit('ready')
  expect(heard.missed).not.toHaveBeenCalled()
  Source.all[0]!.emit('error')
  expect(heard.link).toHaveBeenLastCalledWith('lost')
  Source.all[0]!.emit('ready')
  expect(heard.missed).toHaveBeenCalledOnce()
  expect(heard.link).toHaveBeenLastCalledWith('live')
  stop()
})

test('a first ready that comes after an error says so too', () => {
  const heard = listener()
  const stop = follow(heard)
  Source.all[0]!.emit('error')
  expect(heard.missed).not.toHaveBeenCalled()
  Source.all[0]!.emit('ready')
  expect(heard.missed).toHaveBeenCalledOnce()
  stop()
})

test('changes come through as they are', () => {
  const heard = listener()
  const stop = follow(heard)
  const change = { codes: ['112345678973'], bbox: [9, 47, 9.1, 47.1], layers: ['buildings'] }
  Source.all[0]!.emit('change', JSON.stringify(change))
  expect(heard.change).toHaveBeenCalledWith(change)
  stop()
})

test('when the browser gives up, it is tried again, ever more slowly, until stopped', () => {
  const stop = follow(listener())
  const fail = () => {
    const source = Source.all.at(-1)!
    source.readyState = Source.CLOSED
    source.emit('error')
  }
  fail()
  vi.advanceTimersByTime(1000)
  expect(Source.all).toHaveLength(2)
  fail()
  vi.advanceTimersByTime(1000)
  expect(Source.all).toHaveLength(2)
  vi.advanceTimersByTime(1000)
  expect(Source.all).toHaveLength(3)
  stop()
  vi.advanceTimersByTime(60_000)
  expect(Source.all).toHaveLength(3)
})
