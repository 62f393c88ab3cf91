// As i18n.test.ts, for the dictionaries that come with one page alone.
import { expect, test } from 'vitest'
import { dispatchEn } from './dispatch-en'
import { dispatchZh } from './dispatch-zh'
import { planningEn } from './planning-en'
import { planningZh } from './planning-zh'

test.each([
  ['dispatch', dispatchEn, dispatchZh],
  ['planning', planningEn, planningZh],
] as const)('every text of the %s page is there, and Chinese is Chinese', (_, en, zh) => {
  const walk = (a: object, b: object, path: string): void => {
    for (const [key, value] of Object.entries(a)) {
      const at = `${path}.${key}`
      const other = (b as Record<string, unknown>)[key]
      if (typeof value === 'object') walk(value as object, other as object, at)
      else if (typeof value === 'string' && !at.includes('.keyList.')) {
        expect(value.trim(), at).not.toBe('')
        expect(other, at).not.toBe(value)
        expect(other, at).toMatch(/[\u4e00-\u9fff]/)
      }
    }
  }
  walk(en, zh, '')
})
