// The planner's day in a real browser: zones drawn, uploaded and taken from divisions, changed and ended; what lives in
// them now and then; and a report that prints and can be made again.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Report, Zone } from '../src/planning/api'
import type { Building, DivisionPage, Position } from '../src/api/types'
import { axe } from './axe'
import { type Watch, coloursOf, firstLoad, launch, newWatch } from './browser'
import { drawSquare } from './pages'
import { type Caller, callerOf, pageOf, state } from './roles'
import { get, someHouses, viewOf } from './town'

let browser: Browser
let watch: Watch
let planner: Caller
let clerk: Caller
let houses: Building[]
let here: Position
let folder: string

beforeAll(async () => {
  browser = await launch()
  watch = newWatch()
  folder = mkdtempSync(join(tmpdir(), 'zones-'))
  ;[planner, clerk] = await Promise.all([callerOf('planner'), callerOf('clerk')])
  houses = await someHouses()
  here = houses[0]!.point as Position
  await state(clerk, houses.map((house, i) => ({ code: house.code, heads: 2 + (i % 5), evidence: 'declared' as const, from: '2021-03-01' })))
  for (const zone of await zonesNow()) await end(zone)
})
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()))
})
afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

const zonesNow = async () => (await get<{ zones: Zone[] }>('/api/v1/zones?limit=200')).zones
const end = (zone: Zone) => planner.send('POST', `/api/v1/zones/${zone.id}/end`, { on: zone.validFrom, reason: 'test' }, { 'if-match': `"${zone.version}"` })
const square = ([lon, lat]: Position, by: number) => ({
  type: 'Polygon' as const,
  coordinates: [[[lon - by, lat - by], [lon + by, lat - by], [lon + by, lat + by], [lon - by, lat + by], [lon - by, lat - by]]],
})
let made = 0
const newZone = (body: Partial<Zone> = {}, by = 0.002) =>
  planner.send<Zone>('POST', '/api/v1/zones', { name: `Zone ${++made}`, kind: 'priority', geometry: square(here, by), validFrom: '2015-01-01', ...body })
const report = (query: string) => planner.send<Report>('GET', `/api/v1/zones/report?${query}`)

const open = (address = '', options: BrowserContextOptions = {}, by = watch) => pageOf(browser, by, planner, `/planning${address}`, options)
const near = (zoom = 16) => viewOf(here, zoom)
const shown = (page: Page, atLeast = 1) => page.waitForFunction((n) => Number(document.querySelector('.map-canvas')?.getAttribute('data-zones') ?? -1) >= n, atLeast)

describe('zones', () => {
  test('an empty page says what to do', async () => {
    const page = await open()
    await page.getByText('There is no zone yet.').waitFor()
    await page.getByRole('button', { name: 'From divisions' }).waitFor()
    expect(await axe(page)).toEqual([])
  })

  test('one is drawn with the pen, and what lives in it is there', async () => {
    const page = await open(near())
    await page.waitForFunction(() => document.querySelector('.map-canvas')?.hasAttribute('data-zones'))
    await page.getByRole('button', { name: 'Draw' }).click()
    await page.getByText('Click the corners').waitFor()
    await drawSquare(page, 200)
    await page.getByLabel('Name').fill('East side')
    await page.getByLabel('Kind').selectOption({ label: 'Restricted' })
    await page.getByRole('button', { name: 'Save zone' }).click()
    await page.getByRole('heading', { name: 'East side' }).waitFor()
    const zone = (await zonesNow()).find((z) => z.name === 'East side')!
    const row = (await report(`zones=${zone.id}`)).zones[0]!
    await page.locator('.facts').getByText(row.buildings.toLocaleString('en'), { exact: true }).first().waitFor()
    if (row.population !== null) await page.locator('.facts').getByText(row.population.toLocaleString('en')).first().waitFor()
    await shown(page)
    await expect.poll(() => coloursOf(page)).toBeGreaterThan(20)
  })

  test('its facts and its outline change, and somebody else in between is told', async () => {
    const zone = await newZone({ name: 'To change' })
    const page = await open(`?zone=${zone.id}${near()}`)
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    await page.getByLabel('Name').fill('Changed here')
    await planner.send('PATCH', `/api/v1/zones/${zone.id}`, { note: 'changed there' }, { 'if-match': `"${zone.version}"` })
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Reload, keep my changes' }).click()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'Changed here' }).waitFor()
    await page.getByText('changed there').waitFor()
    await shown(page)
    await page.getByRole('button', { name: 'Edit outline' }).click()
    await page.getByRole('button', { name: 'Next corner' }).click()
    await page.keyboard.press('Shift+ArrowLeft')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'Changed here' }).waitFor()
    expect((await get<Zone>(`/api/v1/zones/${zone.id}`)).version).toBe(zone.version + 3)
  })

  test('it ends on a day, and is there before it', async () => {
    const zone = await newZone({ name: 'To end' })
    const page = await open(`?zone=${zone.id}${near()}`)
    await page.getByRole('button', { name: 'End zone' }).click()
    await page.getByLabel('Ends on').fill('2020-01-01')
    await page.getByRole('button', { name: 'End zone' }).click()
    await page.getByText('Zone ended: To end.').waitFor()
    await page.getByRole('button', { name: 'Open To end' }).waitFor({ state: 'detached' })
    expect((await zonesNow()).some((z) => z.id === zone.id)).toBe(false)
    await page.goto(`/planning?on=2019-06-01${near()}`)
    await page.locator('.zone-row').getByText('To end').first().waitFor()
    await expect.poll(() => page.getByRole('button', { name: 'Draw' }).count()).toBe(0)
  })

  test('a file is checked first, and then taken over', async () => {
    const file = join(folder, 'zones.geojson')
    const bow = { type: 'Polygon', coordinates: [[[9.5, 47.1], [9.51, 47.11], [9.51, 47.1], [9.5, 47.11], [9.5, 47.1]]] }
    const features = [
      { type: 'Feature', properties: { name: 'From file', kind: 'optimised' }, geometry: square([here[0] + 0.01, here[1]], 0.003) },
      { type: 'Feature', properties: { name: 'Bow tie' }, geometry: bow },
    ]
    writeFileSync(file, JSON.stringify({ type: 'FeatureCollection', features }))
    const page = await open()
    await page.getByRole('button', { name: 'Upload' }).click()
    await page.getByRole('button', { name: 'Check file' }).click()
    await page.getByText('Choose a file.').waitFor()
    await page.getByLabel('File', { exact: true }).setInputFiles(file)
    await page.getByRole('button', { name: 'Check file' }).click()
    await page.getByText('What would happen').waitFor()
    await expect.poll(() => page.locator('.plan').textContent()).toContain('Rejected1')
    expect((await zonesNow()).some((z) => z.name === 'From file')).toBe(false)
    expect(await axe(page)).toEqual([])
    await page.getByRole('button', { name: 'Take over 1 zone' }).click()
    await page.locator('.zone-row').getByText('From file').waitFor()
    expect((await zonesNow()).find((z) => z.name === 'From file')?.kind).toBe('optimised')
  })

  test('a table of cells is a zone, too; nonsense is refused in words', async () => {
    const cells = [...new Set(houses.map((house) => house.cell!))].slice(0, 3)
    const page = await open()
    await page.getByRole('button', { name: 'Upload' }).click()
    await page.getByLabel('File', { exact: true }).setInputFiles({ name: 'nonsense.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') })
    await page.getByRole('button', { name: 'Check file' }).click()
    await page.locator('.trouble, .plan').first().waitFor()
    await expect.poll(() => page.getByRole('button', { name: /Take over [1-9]/ }).count()).toBe(0)
    await page.getByLabel('File', { exact: true }).setInputFiles({ name: 'cells.csv', mimeType: 'text/csv', buffer: Buffer.from(`cell,name\n${cells.map((c) => `${c},Of cells`).join('\n')}\n`) })
    await page.getByRole('button', { name: 'Check file' }).click()
    await page.getByRole('button', { name: 'Take over 1 zone' }).click()
    await page.locator('.zone-row').getByText('Of cells').waitFor()
  })

  test('divisions become zones', async () => {
    const { divisions } = await get<DivisionPage>('/api/v1/divisions?limit=200')
    const division = divisions.findLast((d) => d.bounds)!
    const page = await open()
    await page.getByRole('button', { name: 'From divisions' }).click()
    await page.getByLabel('Filter by name').fill(division.name)
    await page.getByRole('checkbox', { name: division.name }).first().check()
    expect(await axe(page)).toEqual([])
    await page.getByRole('button', { name: 'Make 1 zone' }).click()
    await page.getByRole('heading', { name: division.name }).waitFor()
  })
})

describe('a report', () => {
  let zones: Zone[]
  beforeAll(async () => {
    zones = [await newZone({ name: 'Wide' }, 0.004), await newZone({ name: 'Narrow', kind: 'custom' }, 0.0015)]
  })
  const ids = () => zones.map((zone) => zone.id).join(',')
  const drawn = (page: Page) => page.locator('.report-map img').waitFor()

  test('holds the same numbers as the server, tells of overlaps, and its address makes it again', async () => {
    const page = await open(`?report=1&zones=${ids()}`)
    await drawn(page)
    await page.waitForFunction(() => location.search.includes('knownAt=') && location.search.includes('validOn='))
    const told = await report(`zones=${ids()}`)
    const lines = await page.locator('.report-table').first().locator('tbody tr').allTextContents()
    for (const zone of told.zones) {
      const line = lines.find((text) => text.includes(zone.name))!
      for (const value of [zone.population, zone.buildings]) if (value !== null) expect(line).toContain(value.toLocaleString('en'))
    }
    await page.getByText(`in both`).waitFor()
    const before = await page.locator('.report-table').allTextContents()
    // What is stated later does not change this report, but does change one of today.
    const inside = houses[0]!
    const { today } = await get<{ today: string }>('/api/v1/map')
    await clerk.send('POST', '/api/v1/headcounts', { statements: [{ code: inside.code, heads: 50 + Math.floor(Math.random() * 50), evidence: 'declared', from: today }], reason: 'test' })
    const again = await open(new URL(page.url()).search)
    await drawn(again)
    await expect.poll(() => again.locator('.report-table').allTextContents()).toEqual(before)
    await again.getByRole('button', { name: 'Bring up to date' }).click()
    await again.waitForFunction((old) => document.querySelector('.report-table')?.textContent !== old, before[0])
  })

  test('compares two days and shows the years', async () => {
    const page = await open(`?report=1&zones=${ids()}`)
    await drawn(page)
    await page.getByLabel('Compared with').fill('2014-06-01')
    await page.getByText('compared with').waitFor()
    await page.locator('.change').first().waitFor()
    await expect.poll(() => page.locator('.lines .line').count()).toBe(2)
    await page.getByText('Numbers of the chart').click()
    await expect.poll(() => page.locator('.trend table tbody tr').count()).toBeGreaterThan(3)
    await page.goBack()
    await page.locator('.change').first().waitFor({ state: 'detached' })
  })

  test('prints on A4, in light, without the buttons', async () => {
    const page = await open(`?report=1&zones=${ids()}`, { colorScheme: 'dark' })
    await drawn(page)
    const pdf = await page.pdf({ preferCSSPageSize: true })
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    expect(pdf.toString('latin1')).toMatch(/\/MediaBox \[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]/)
    await page.emulateMedia({ media: 'print' })
    await expect.poll(() => page.locator('.report-bar').isVisible()).toBe(false)
    await expect.poll(() => page.locator('.topbar').isVisible()).toBe(false)
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
    await expect.poll(() => page.evaluate(() => getComputedStyle(document.body).color)).toBe('rgb(18, 32, 29)')
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    expect(wide).toBeLessThanOrEqual(0)
  })

  test('CSV and GeoJSON come down with the same numbers', async () => {
    const page = await open(`?report=1&zones=${ids()}`)
    await drawn(page)
    const save = async (name: string) => {
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()])
      const path = join(folder, download.suggestedFilename())
      await download.saveAs(path)
      return { path, text: readFileSync(path, 'utf8') }
    }
    const told = (await report(`zones=${ids()}`)).zones[0]!
    const csv = await save('Download CSV')
    expect(csv.path).toMatch(/\.csv$/)
    expect(csv.text).toContain(told.name)
    expect(csv.text).toContain(`${told.buildings}`)
    const { features } = JSON.parse((await save('Download GeoJSON')).text) as { features: { properties: Record<string, unknown> }[] }
    expect(features.length).toBe(2)
    expect(features.map((f) => f.properties['name']).toSorted()).toEqual(['Narrow', 'Wide'])
  })

  test.each([
    ['light', 1280, 800],
    ['dark', 1280, 800],
    ['light', 360, 640],
    ['dark', 360, 640],
  ] as const)('nothing to complain of for axe: %s, %d × %d', async (colorScheme, width, height) => {
    const options = { colorScheme, viewport: { width, height }, ...(width < 500 ? { hasTouch: true, isMobile: true } : {}) }
    const page = await open(`?report=1&zones=${ids()}&compareOn=2020-01-01`, options)
    await drawn(page)
    expect(await axe(page)).toEqual([])
    await page.getByRole('button', { name: 'Back to the map' }).click()
    await page.locator('.zone-row').getByText('Wide').waitFor()
    expect(await axe(page)).toEqual([])
    await page.locator('.zone-row').getByText('Wide').click()
    await page.locator('.lines').waitFor()
    expect(await axe(page)).toEqual([])
  })
})

describe('for everybody', () => {
  test('Chinese throughout', async () => {
    const page = await open('', { locale: 'zh-CN' })
    await page.getByRole('heading', { name: '功能区', exact: true }).waitFor()
    await page.getByRole('button', { name: '绘制' }).click()
    await page.getByRole('heading', { name: '绘制新的功能区' }).waitFor()
  })

  test('marks choose what is reported', async () => {
    const page = await open()
    await page.getByRole('checkbox').first().check()
    await page.getByRole('button', { name: 'Report on 1 zone' }).click()
    await page.locator('.report-table').first().waitFor()
    await expect.poll(() => page.locator('.report-table').first().locator('tbody tr').count()).toBe(1)
  })

  test('a zone that somebody else draws appears by itself', async () => {
    const page = await open()
    await page.locator('.live.live').waitFor()
    await newZone({ name: 'Drawn elsewhere' })
    await page.locator('.zone-row').getByText('Drawn elsewhere').waitFor()
  })

  test('the first load fits, and nothing comes from elsewhere', async () => {
    const own = newWatch()
    const page = await open('', {}, own)
    await page.locator('.zone-row').first().waitFor()
    await shown(page)
    expect(await firstLoad(page)).toBeLessThanOrEqual(500_000)
    expect(own.outside).toEqual([])
  })
})

test('no page complained', () => {
  expect(watch.complaints).toEqual([])
  expect(watch.outside).toEqual([])
})
