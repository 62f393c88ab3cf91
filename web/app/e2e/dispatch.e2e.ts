// The dispatcher's evening in a real browser: where people are, flat and as columns, now and then; who answers; and a new
// headcount that is there within a second.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Density } from '../src/dispatch/api'
import { inFours } from '../src/registry/code'
import type { Building, Position } from '../src/api/types'
import { axe } from './axe'
import { type Watch, coloursOf, firstLoad, launch, newWatch } from './browser'
import { clickMap } from './pages'
import { type Caller, callerOf, pageOf, state } from './roles'
import { someHouses } from './town'

let browser: Browser
let watch: Watch
let dispatcher: Caller
let clerk: Caller
let houses: Building[]
let home: Building // a house whose cell has so many inhabited houses that its population shows

beforeAll(async () => {
  browser = await launch()
  watch = newWatch()
  ;[dispatcher, clerk] = await Promise.all([callerOf('dispatcher'), callerOf('clerk')])
  houses = await someHouses()
  const inCellOf = (house: Building) => houses.filter((other) => other.cell === house.cell)
  const most = houses.map(inCellOf).toSorted((a, b) => b.length - a.length)[0]!
  if (most.length < 5) throw new Error('no cell with five houses')
  home = most[0]!
  await state(clerk, most.map((house, i) => ({ code: house.code, heads: 3 + (i % 4), evidence: 'declared' as const, from: '2021-03-01' })))
})
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()))
})
afterAll(async () => {
  await browser?.close()
})

const open = (address = '', options: BrowserContextOptions = {}, who = dispatcher, by = watch) => pageOf(browser, by, who, `/dispatch${address}`, options)
const near = (zoom = 16, [lon, lat] = home.point as Position) => `#${zoom}/${lat}/${lon}`

/** Waits until the map rests with cells on it, and the list beside it is of the same view. */
async function settled(page: Page): Promise<number> {
  await page.locator('.ranked[aria-busy="false"]').waitFor()
  await page.waitForFunction(() => Number(document.querySelector('.map-canvas')?.getAttribute('data-cells') ?? 0) > 0)
  return Number(await page.locator('.map-canvas').getAttribute('data-cells'))
}

/** What the page asked for last, and was told. */
async function toldBy(page: Page, act: () => Promise<unknown>): Promise<Density> {
  const answer = page.waitForResponse((r) => r.url().includes('/api/v1/density?') && r.ok())
  await act()
  return (await (await answer).json()) as Density
}

const rows = (page: Page) => page.locator('.cells .row')
const legendN = async (page: Page) =>
  (await page.locator('.legend-n').allTextContents()).reduce((sum, text) => sum + Number(text.replace(/\D/g, '')), 0)

describe('the map and its numbers', () => {
  test('cells are on the map, in the legend and in the list, and are as many as the server says', async () => {
    const page = await open()
    const told = await toldBy(page, () => page.reload())
    await settled(page)
    await expect.poll(() => legendN(page)).toBe(told.cells.length)
    await expect.poll(() => coloursOf(page)).toBeGreaterThan(20)
    const first = told.cells.toSorted((a, b) => (b.population ?? -1) - (a.population ?? -1))[0]!
    await expect.poll(() => rows(page).first().textContent()).toContain(first.cell)
    await expect.poll(() => rows(page).first().textContent()).toContain(first.population!.toLocaleString('en'))
    await expect.poll(() => page.locator('.legend').textContent()).toContain('Equal counts')
    await expect.poll(() => page.locator('.legend').textContent()).toContain(`n = ${told.cells.length.toLocaleString('en')}`)
  })

  test('every measure, every method and both scales are shown with their breaks', async () => {
    const page = await open()
    await settled(page)
    for (const name of ['Dwellings', 'Buildings', 'Floor area', 'Unconfirmed houses', 'Population']) {
      await page.getByLabel('What is shown').selectOption({ label: name })
      await expect.poll(() => page.locator('.legend h3').textContent()).toContain(name)
    }
    await page.locator('.controls summary').click()
    const seen = new Set<string>()
    for (const label of ['Natural breaks (Jenks)', 'Equal intervals', 'Round figures', 'Equal counts (quantiles)']) {
      await page.getByLabel('Classes by').selectOption({ label })
      seen.add((await page.locator('.legend-range').allTextContents()).join())
    }
    expect(seen.size).toBeGreaterThanOrEqual(3)
    await page.getByLabel('Number of classes').selectOption('7')
    await page.getByLabel('Colour scale').selectOption({ label: 'Cividis' })
    await page.getByRole('button', { name: 'Fixed' }).click()
    const before = await page.locator('.legend-range').allTextContents()
    expect(before.at(0)).toMatch(/\d/)
    expect(page.url()).toContain('breaks=')
    // Held classes stay when the view moves, as long as the cells are of the same size.
    const moved = page.waitForResponse((r) => r.url().includes('/api/v1/density?'))
    await page.locator('.maplibregl-canvas').focus()
    await page.keyboard.press('ArrowRight')
    await moved
    await settled(page)
    expect((await page.locator('.legend-range').allTextContents()).slice(0, 3)).toEqual(before.slice(0, 3))
  })

  test('the table holds the same numbers as the server', async () => {
    const page = await open(near(15))
    await settled(page)
    const told = await toldBy(page, () => page.reload())
    await settled(page)
    await page.getByRole('button', { name: 'As table' }).click()
    const lines = await page.locator('table.numbers tbody tr').evaluateAll((trs) => trs.map((tr) => [...tr.children].map((td) => td.textContent ?? '')))
    const shown = told.cells.filter((cell) => cell.population !== 0)
    expect(lines.length).toBe(shown.length)
    for (const cell of shown) {
      const line = lines.find((texts) => texts[1] === cell.cell)!
      expect(line.slice(2, 7), cell.cell).toEqual([
        cell.population === null ? '< 5 houses' : cell.population.toLocaleString('en'),
        ...[cell.dwellings, cell.buildings].map((v) => v!.toLocaleString('en')),
        `${cell.floorArea!.toLocaleString('en')} m²`,
        cell.unconfirmed!.toLocaleString('en'),
      ])
    }
    const total = await page.locator('table.numbers tfoot td').allTextContents()
    expect(total).toContain(told.total.buildings.toLocaleString('en'))
  })

  test('pointing at the list lights up the map, and at the map the list', async () => {
    const page = await open(near())
    await settled(page)
    await page.mouse.move(640, 400)
    await clickMap(page, 3, 3)
    await page.locator('.cell-card').waitFor()
    await expect.poll(() => page.locator('.cells .row[aria-current="true"]').count()).toBe(1)
    await page.mouse.move(841, 431)
    await page.mouse.move(840, 430)
    await page.locator('.cells .row.over').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.hover').getByText('Officer', { exact: true }).waitFor()
    await expect.poll(() => page.locator('.hover .call').count()).toBeGreaterThan(0)
    await rows(page).nth(1).hover()
    await expect.poll(() => page.locator('.cells .row.over').getAttribute('data-cell')).toBe(await rows(page).nth(1).getAttribute('data-cell'))
  })

  test('columns stand up, and the address brings exactly the same view back', async () => {
    const page = await open(`?show=buildings&method=jenks&classes=4&colours=cividis${near(14)}`)
    await settled(page)
    await page.getByRole('button', { name: 'Columns' }).click()
    await page.waitForFunction(() => location.hash.split('/').length === 5)
    await page.getByRole('button', { name: 'Fixed' }).click()
    await rows(page).nth(2).click()
    await page.locator('.cell-card').waitFor()
    await settled(page)
    const url = page.url()
    const legend = await page.locator('.legend').textContent()
    const card = await page.locator('.cell-card h2').textContent()
    const other = await open(new URL(url).search + new URL(url).hash)
    await settled(other)
    await other.locator('.cell-card').waitFor()
    expect(other.url()).toBe(url)
    await expect.poll(() => other.locator('.legend').textContent()).toBe(legend)
    await expect.poll(() => other.locator('.cell-card h2').textContent()).toBe(card)
    await expect.poll(() => other.getByRole('button', { name: 'Columns' }).getAttribute('aria-pressed')).toBe('true')
  })
})

describe('who answers here', () => {
  test('a click, a code and an address tell the same people and their telephone', async () => {
    const wanted = await dispatcher.send<{ officer: { displayName?: string; phone: string } | null; administrator: { phone: string } | null }>(
      'GET',
      `/api/v1/lookup?code=${home.code}`,
    )
    const phone = (wanted.officer ?? wanted.administrator)!.phone
    const page = await open(near(17))
    await settled(page)
    await clickMap(page)
    const card = page.locator('.cell-card')
    await card.getByRole('link', { name: `Call ${phone}` }).first().waitFor()
    await page.getByRole('button', { name: 'Close', exact: true }).click()
    await page.getByPlaceholder('Address or code').fill(inFours(home.code))
    await page.getByRole('button', { name: 'Ask' }).click()
    await card.getByRole('link', { name: `Call ${phone}` }).first().waitFor()
    await expect.poll(() => card.locator('h2').textContent()).toBe(inFours(home.code))
    if (wanted.officer?.displayName) expect(await card.textContent()).toContain(wanted.officer.displayName)
    const addressed = houses.find((house) => house.address)
    if (addressed) {
      await page.getByPlaceholder('Address or code').fill(addressed.address)
      await page.keyboard.press('Enter')
      await page.waitForFunction((code) => document.querySelector('.cell-card h2')?.textContent !== code, inFours(home.code))
    }
    await page.getByPlaceholder('Address or code').fill('nowhere at all 999')
    await page.keyboard.press('Enter')
    await page.getByText('No such house or address.').waitFor()
  })

  test('everything by keyboard', async () => {
    const page = await open(near(16))
    await settled(page)
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('3')
    await page.getByText('Buildings per cell').waitFor()
    await page.keyboard.press('l')
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-cell'))).toBe(await rows(page).nth(1).getAttribute('data-cell'))
    await page.keyboard.press('Enter')
    await page.locator('.cell-card').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.cell-card').waitFor({ state: 'detached' })
    await page.keyboard.press('m')
    await page.keyboard.press('Enter')
    await page.locator('.cell-card').waitFor()
    await page.keyboard.press('e')
    await expect.poll(() => page.getByRole('button', { name: 'Columns' }).getAttribute('aria-pressed')).toBe('true')
    await page.keyboard.press('f')
    await expect.poll(() => page.getByRole('button', { name: 'Fixed' }).getAttribute('aria-pressed')).toBe('true')
    await page.keyboard.press('b')
    await page.locator('table.numbers').waitFor()
    // The card of a place takes the focus when its answer is there, which may be after the first press.
    await expect
      .poll(async () => {
        await page.keyboard.press('/')
        return page.evaluate(() => document.activeElement?.id)
      })
      .toBe('who')
  })
})

describe('time', () => {
  test('another day has its own numbers, and the years play to today', async () => {
    const page = await open(near(14))
    await settled(page)
    const now = await page.locator('.inview-count').textContent()
    await page.keyboard.press('t')
    const told = await toldBy(page, () => page.getByLabel('Day', { exact: true }).fill('2014-01-01'))
    expect(told.validOn).toBe('2014-01-01')
    await settled(page)
    await expect.poll(() => page.locator('.inview-count').textContent()).not.toBe(now)
    expect(page.url()).toContain('on=2014-01-01')
    await page.getByLabel('Day', { exact: true }).fill('2024-06-01')
    await page.locator('.playback').getByLabel('Step').selectOption('year')
    await page.getByRole('button', { name: 'Play', exact: true }).click()
    await page.waitForFunction(() => new URLSearchParams(location.search).get('on') === '2025-06-01')
    await page.getByText('Today is reached.').waitFor()
    expect(page.url()).not.toContain('on=')
    await expect.poll(() => page.locator('.inview-count').textContent()).toBe(now)
  })
})

describe('live', () => {
  test('a new headcount is in the list and on the map by itself', async () => {
    const page = await open(near(17))
    await settled(page)
    await page.locator('.live.live').waitFor()
    await page.locator(`[data-cell="${home.cell}"]`).waitFor()
    const number = async () => Number((await page.locator(`[data-cell="${home.cell}"] .row-main`).textContent())!.replace(/\D/g, ''))
    const before = await number()
    const today = (await clerk.send<{ today: string }>('GET', '/api/v1/map')).today
    const { total } = await clerk.send<{ total: { heads: number } }>('GET', `/api/v1/buildings/${home.code}/headcounts`)
    const refreshed = page.waitForResponse((r) => r.url().includes('/tiles/density/') && r.status() === 200)
    const begun = Date.now()
    await clerk.send('POST', '/api/v1/headcounts', { statements: [{ code: home.code, heads: total.heads + 40, evidence: 'observed', from: today }], reason: 'test' })
    await page.waitForFunction(
      ([cell, wanted]) => Number(document.querySelector(`[data-cell="${cell}"] .row-main`)?.textContent?.replace(/\D/g, '')) === wanted,
      [home.cell, before + 40] as const,
      { polling: 20 },
    )
    console.log(`a headcount showed ${Date.now() - begun} ms after it was sent`)
    await refreshed
  })
})

describe('who sees what', () => {
  test('an officer sees the population of own cells only; the public is asked to sign in', async () => {
    const officer = await callerOf('officer')
    const page = await open('', {}, officer)
    await settled(page)
    const told = await toldBy(page, () => page.reload())
    expect(told.cells.some((cell) => cell.population === null)).toBe(true)
    const context = await browser.newContext({ locale: 'en-GB' })
    const stranger = await context.newPage()
    await stranger.goto(page.url())
    await stranger.getByText('Sign in to open it').waitFor()
    await expect.poll(() => stranger.locator('.map-canvas').count()).toBe(0)
  })

  test('few houses show as such', async () => {
    const page = await open(near(16))
    const told = await toldBy(page, () => page.reload())
    await settled(page)
    const few = told.cells.filter((cell) => cell.few).length
    expect(few).toBeGreaterThan(0)
    await page.getByText('Fewer than 5 lived-in houses').waitFor()
    await page.getByRole('button', { name: 'As table' }).click()
    await expect.poll(() => page.getByRole('cell', { name: '< 5 houses' }).count()).toBe(few)
  })
})

describe('for everybody', () => {
  test.each([
    ['light', 1280, 800],
    ['dark', 1280, 800],
    ['light', 360, 640],
    ['dark', 360, 640],
  ] as const)('nothing to complain of for axe: %s, %d × %d', async (colorScheme, width, height) => {
    const page = await open(`?table=1&cell=${home.cell}&on=2022-01-01${near(16)}`, { colorScheme, viewport: { width, height }, ...(width < 500 ? { hasTouch: true, isMobile: true } : {}) })
    await settled(page)
    await page.locator('.cell-card .call').first().waitFor()
    await page.locator('.controls summary').click()
    expect(await axe(page)).toEqual([])
  })

  test('Chinese throughout', async () => {
    const page = await open(near(16), { locale: 'zh-CN' })
    await settled(page)
    await page.getByRole('heading', { name: '视野内网格' }).waitFor()
    await expect.poll(() => page.title()).toContain('调度')
  })

  test('an unreachable server is said, and the numbers come back by themselves', async () => {
    const page = await open(near(15), {}, dispatcher, newWatch())
    await settled(page)
    await page.context().route('**/api/v1/density?**', (route) => route.abort())
    await page.keyboard.press('m')
    await page.keyboard.press('ArrowRight')
    await page.getByText('The numbers could not be loaded.').waitFor()
    await page.context().unroute('**/api/v1/density?**')
    await page.getByText('in view ·').waitFor()
  })

  test('the first load fits, and nothing comes from elsewhere', async () => {
    const own = newWatch()
    const page = await open('', {}, dispatcher, own)
    await settled(page)
    expect(await firstLoad(page)).toBeLessThanOrEqual(500_000)
    expect(own.outside).toEqual([])
  })
})

test('no page complained', () => {
  expect(watch.complaints).toEqual([])
  expect(watch.outside).toEqual([])
})
