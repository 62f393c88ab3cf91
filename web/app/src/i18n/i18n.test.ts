import { expect, test } from 'vitest'
import { preferredLang, showDate, showInstant } from './index'
import { countsEn } from './counts-en'
import { countsZh } from './counts-zh'
import { en } from './en'
import { inboxEn } from './inbox-en'
import { inboxZh } from './inbox-zh'
import { officerEn } from './officer-en'
import { officerZh } from './officer-zh'
import { zh } from './zh'

test('what was chosen wins over the browser, the browser over English', () => {
  expect(preferredLang('zh', ['en-GB'])).toBe('zh')
  expect(preferredLang(null, ['de-LI', 'zh-TW', 'en'])).toBe('zh')
  expect(preferredLang(null, ['de-LI'])).toBe('en')
  expect(preferredLang('fr', [])).toBe('en')
})

test('dates and instants in both languages, in the time zone of the registry', () => {
  expect(showDate('2013-08-03', 'zh')).toBe('2013年8月3日')
  expect(showDate('2013-08-03', 'en')).toContain('2013')
  expect(showInstant('2026-11-23T23:30:00Z', 'zh', 'Asia/Shanghai')).toContain('24日')
  expect(showDate('no date', 'en')).toBe('no date')
})

// The types hold the keys together; this holds the texts: nothing empty, nothing left in the other language.
test('every text is there, and Chinese is Chinese', () => {
  const same = new Set(['none', 'language.zh', 'language.en', 'empty.command'])
  const walk = (a: object, b: object, path: string): void => {
    for (const [key, value] of Object.entries(a)) {
      const at = path ? `${path}.${key}` : key
      const other = (b as Record<string, unknown>)[key]
      if (typeof value === 'object') walk(value as object, other as object, at)
      else if (typeof value === 'string' && !same.has(at)) {
        expect(value.trim(), at).not.toBe('')
        expect(other, at).not.toBe(value)
        if (at !== 'language.switchTo') expect(other, at).toMatch(/[\u4e00-\u9fff]/)
      }
    }
  }
  walk(en, zh, '')
  walk(officerEn, officerZh, 'officer')
  walk(inboxEn, inboxZh, 'inbox')
  walk(countsEn, countsZh, 'counts')
})
