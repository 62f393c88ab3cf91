// Why a row of a file is not taken is told in the reader's language: the server's slugs must have their words.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { planningEn as en } from '../i18n/planning-en'
import { planningZh as zh } from '../i18n/planning-zh'

test('every defect of a shape has its words', () => {
  const source = readFileSync('../../geo/defect.go', 'utf8')
  const slugs = [...source.matchAll(/^\t\w+\s+= "(\w+)"/gm)].map(([, slug]) => slug!).filter((slug) => slug !== 'not_closed') // closed on the way in
  expect(slugs.length).toBeGreaterThan(10)
  for (const words of [en, zh]) expect(slugs.filter((slug) => !words.reasons[slug])).toEqual([])
})

test('both languages know the same reasons', () => {
  expect(Object.keys(zh.reasons)).toEqual(Object.keys(en.reasons))
})
