import { expect, test } from 'vitest'
import { gridEn } from './grid-en'
import { gridZh } from './grid-zh'
import { peopleEn } from './people-en'
import { peopleZh } from './people-zh'

// The types hold the keys together; this holds the texts: nothing empty, nothing left in the other language.
test.each([['grid', gridEn, gridZh], ['people', peopleEn, peopleZh]])('%s: every text is there, and Chinese is Chinese', (_, en, zh) => {
  const walk = (a: object, b: object, path: string): void => {
    expect(Object.keys(b).sort(), path).toEqual(Object.keys(a).sort())
    for (const [key, value] of Object.entries(a)) {
      const at = `${path}.${key}`
      const other = (b as Record<string, unknown>)[key]
      if (typeof value === 'object') walk(value as object, other as object, at)
      else if (typeof value === 'string') {
        expect(value.trim(), at).not.toBe('')
        expect(other, at).toMatch(/[一-鿿]/)
      } else {
        const say = other as (...args: unknown[]) => string
        const load = { cells: 3, houses: 2, dwellings: 1, heads: 4 }
        const text = say.length === 1 && /load/i.test(key) ? say(load) : say(...Array.from({ length: say.length }, (_, i) => (key === 'missing' ? ['网格员'] : i + 1)))
        expect(text, at).toMatch(/[一-鿿]/)
      }
    }
  }
  walk(en, zh, '')
})
