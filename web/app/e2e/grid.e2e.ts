// Who answers for which cells: taken in hand by mouse, keys and thumb, assigned, handed over, planned and taken back; and
// the people who do. It makes its own officers, so that the demo's keep what they have.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { axe } from './axe'
import { type Watch, launch, newWatch, openPage } from './browser'
import { signIn } from './pages'

let browser: Browser
let watch: Watch
let cookie = ''
/** Who had which cells before: they get them back. */
let given: Territories['territories'] = []

beforeAll(async () => {
  browser = await launch()
  watch = newWatch()
  const answer = await fetch(`${inject('base')}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'operator', password: inject('passwords')['operator'] }),
  })
  cookie = answer.headers.get('set-cookie')!.split(';')[0]!
  given = (await api<Territories>('GET', '/assignments/territories?role=officer')).territories
  for (const [name, displayName] of officers) await api('POST', '/accounts', { name, displayName, roles: ['officer'] }).catch(() => undefined)
})
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()))
})
afterAll(async () => {
  await browser?.close()
  await clear()
  const plan = given.map(({ person, cells }) => ({ person: person.name, cells }))
  if (plan.length > 0) await api('POST', '/assignments', { role: 'officer', plan, reason: 'as before the tests' })
})

const officers = [['u-mei', '王美'], ['u-li', '李强'], ['u-anna', 'Anna Frick'], ['u-marco', 'Marco Beck']] as const

async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${inject('base')}/api/v1${path}`, {
    method,
    headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return (text === '' ? undefined : JSON.parse(text)) as T
}

interface Territories {
  territories: { person: { name: string }; cells: string[]; load: { houses: number } }[]
}
const cellsOf = async (name: string, at = '') =>
  (await api<Territories>('GET', `/assignments/territories?role=officer${at && `&at=${encodeURIComponent(at)}`}`)).territories.find((t) => t.person.name === name)?.cells ?? []

/** Gives everybody's cells back, so that each test begins with none assigned. */
async function clear(): Promise<void> {
  const { territories } = await api<Territories>('GET', '/assignments/territories?role=officer')
  const cells = territories.flatMap((t) => t.cells)
  if (cells.length > 0) await api('POST', '/assignments', { role: 'officer', person: null, cells, reason: 'a new test' })
}

const town = '#14.5/47.0662/9.5035' // Balzers, the best mapped community of the sample

/** Signs in beside the page, which on a phone hides that in its menu. */
async function enter(page: Page, role: string): Promise<void> {
  const answer = await page.context().request.post('/api/v1/session', { data: { name: role, password: inject('passwords')[role] } })
  expect(answer.status()).toBe(200)
  await page.reload()
}

async function grid(options: BrowserContextOptions = {}, hash = town, role = 'operator'): Promise<Page> {
  const page = await openPage(browser, watch, options, hash, '/grid')
  await enter(page, role)
  await page.locator('.grid-tabs').waitFor()
  await expect.poll(() => page.locator('.map-canvas').getAttribute('data-cells').then(Number)).toBeGreaterThan(20)
  return page
}

const tab = (page: Page, name: string) => page.locator('.grid-tabs').getByRole('button', { name }).click()
const tool = (page: Page, name: string) => page.getByRole('group', { name: 'Tool' }).getByRole('button', { name }).click()
const inHand = async (page: Page) => Number(/^([\d,]+) cell/.exec((await page.locator('.grid-count').textContent()) ?? '')?.[1]?.replace(',', '') ?? 0)

/** Drags over the map, through places so many pixels away from its middle. */
async function drag(page: Page, ...way: [number, number][]): Promise<void> {
  const box = (await page.locator('.map-canvas').boundingBox())!
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x + way[0]![0], y + way[0]![1])
  await page.mouse.down()
  for (const [dx, dy] of way.slice(1)) await page.mouse.move(x + dx, y + dy, { steps: 8 })
  await page.mouse.up()
}

async function clickAt(page: Page, x: number, y: number): Promise<void> {
  const box = (await page.locator('.map-canvas').boundingBox())!
  await page.mouse.click(box.x + box.width / 2 + x, box.y + box.height / 2 + y)
}

async function person(page: Page, label: string, name: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).fill(name)
  await page.getByRole('option', { name }).first().waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect.poll(() => page.getByLabel(label, { exact: true }).inputValue()).toBe(name)
}

describe('the assignment map', () => {
  test('opens for those whom it concerns, and says why it does not for others', async () => {
    const page = await openPage(browser, watch, {}, '', '/grid')
    await page.getByText(/Sign in/).first().waitFor()
    await expect.poll(() => page.locator('.grid-tabs').count()).toBe(0)
    await signIn(page, 'officer')
    await page.getByRole('link', { name: 'My grid' }).first().waitFor()
    await expect.poll(() => page.locator('.grid-tabs').count()).toBe(0)
  })

  test('a clerk looks and changes nothing', async () => {
    const page = await grid({}, town, 'clerk')
    await page.getByText(/cells with houses and nobody responsible/).waitFor()
    await expect.poll(() => page.locator('.grid-tools').count()).toBe(0)
    await expect.poll(() => page.locator('.grid-tabs button').allTextContents()).toEqual(['Territories', 'Gaps', 'Leave', 'Tables'])
  })

  test('cells are taken in hand by click, brush, lasso, polygon and community; each gesture is one step back', async () => {
    await clear()
    const page = await grid()
    await clickAt(page, 0, 0)
    await expect.poll(() => inHand(page)).toBe(1)
    await clickAt(page, 0, 0)
    await expect.poll(() => inHand(page)).toBe(0)
    await page.getByRole('button', { name: 'Undo the last choice' }).first().click()
    await expect.poll(() => inHand(page)).toBe(1)

    await tool(page, 'Brush')
    await drag(page, [-150, 0], [150, 0])
    const painted = await inHand(page)
    expect(painted).toBeGreaterThan(4)
    await page.getByRole('button', { name: 'Take cells out' }).click()
    await drag(page, [0, 0], [150, 0])
    await expect.poll(() => inHand(page)).toBeLessThan(painted)
    await page.getByRole('button', { name: 'Undo the last choice' }).first().click()
    await expect.poll(() => inHand(page)).toBe(painted)
    await page.getByRole('button', { name: 'Add cells' }).click()

    await tool(page, 'Lasso')
    await drag(page, [-250, -200], [250, -200], [250, 200], [-250, 200], [-250, -190])
    const roped = await inHand(page)
    expect(roped).toBeGreaterThan(painted)

    await tool(page, 'Polygon')
    for (const [x, y] of [[-330, -260], [330, -260], [330, 260], [-330, 260]] as const) await clickAt(page, x, y)
    await page.getByText('Close', { exact: true }).click()
    const framed = await inHand(page)
    expect(framed).toBeGreaterThan(roped)

    await tab(page, 'Assign')
    await page.getByRole('button', { name: 'Let go of all' }).click()
    await expect.poll(() => inHand(page)).toBe(0)
    await page.getByLabel('Cells of a community').fill('Balzers')
    await page.getByRole('option').first().click()
    await page.getByRole('button', { name: 'Take its cells in hand' }).click()
    await expect.poll(() => inHand(page)).toBeGreaterThan(100)
  })

  test('by keys alone: cells at the cross, a polygon, the person, the preview, the change and its way back', async () => {
    await clear()
    const page = await grid()
    await page.locator('.map-canvas canvas').focus()
    await page.keyboard.press('Space')
    await expect.poll(() => inHand(page)).toBe(1)
    await page.keyboard.press('Control+z')
    await expect.poll(() => inHand(page)).toBe(0)
    await page.getByRole('button', { name: 'Polygon' }).focus()
    await page.keyboard.press('Enter')
    await page.locator('.map-canvas canvas').focus()
    for (const [key, times] of [['ArrowLeft', 2], ['ArrowDown', 3], ['ArrowRight', 4], ['ArrowUp', 3]] as const) {
      for (let i = 0; i < times; i++) await page.keyboard.press(`Shift+${key}`)
      await page.keyboard.press('Space')
    }
    await page.getByText('4 corners set').waitFor()
    await page.keyboard.press('Enter')
    const n = await inHand(page)
    expect(n).toBeGreaterThan(3)

    await page.locator('.grid-tabs').getByRole('button', { name: /^Assign/ }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Show what changes' }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('Choose a person.').waitFor()
    await person(page, 'Officer', '王美')
    await page.getByLabel('Reason').fill('a new colleague')
    await page.keyboard.press('Enter')
    await page.getByText(`${n} cells would change hands`).waitFor()
    await page.getByText('Nothing assigned twice').waitFor()
    await page.getByText('No gaps among them').waitFor()
    const load = page.locator('.loads tbody tr').filter({ hasText: '王美' })
    expect(Number(await load.locator('td').first().textContent())).toBe(0)
    expect(Number(await load.locator('td').nth(1).textContent())).toBeGreaterThan(0)
    await expect.poll(() => cellsOf('u-mei')).toEqual([])
    await page.getByRole('button', { name: `Assign ${n} cells, now` }).focus()
    await page.keyboard.press('Enter')
    await page.getByText(`${n} cells assigned: 王美.`).first().waitFor()
    expect(await cellsOf('u-mei')).toHaveLength(n)

    await page.getByRole('button', { name: 'Take it back' }).click()
    await page.getByRole('button', { name: 'Assign as before' }).click()
    await page.getByText('Assigned as before.').waitFor()
    await expect.poll(() => cellsOf('u-mei')).toEqual([])
  })

  test('a change of mind voids the preview; Esc lets a polygon go', async () => {
    await clear()
    const page = await grid()
    await clickAt(page, 0, 0)
    await tab(page, 'Assign')
    await person(page, 'Officer', '李强')
    await page.getByRole('button', { name: 'Show what changes' }).click()
    await page.getByText('1 cell would change hands').waitFor()
    await clickAt(page, 60, 0)
    await page.getByRole('button', { name: 'Show what changes' }).waitFor()
    await tool(page, 'Polygon')
    await clickAt(page, 0, 0)
    await page.getByText('Last corner back').waitFor()
    await page.locator('.map-canvas canvas').focus()
    await page.keyboard.press('Escape')
    await page.getByText('Last corner back').waitFor({ state: 'hidden' })
  })

  test('a person hands over at a date to come; the map of that day shows it, today’s does not', async () => {
    await clear()
    const { gaps } = await api<{ gaps: { cell: string }[] }>('GET', '/assignments/gaps?role=officer&limit=30')
    const cells = gaps.map((g) => g.cell)
    await api('POST', '/assignments', { role: 'officer', person: 'u-mei', cells, reason: 'to begin with' })
    const page = await grid({}, '')
    await page.locator('.row.territory').filter({ hasText: '王美' }).click()
    await page.getByRole('button', { name: 'Hand over' }).click()
    await person(page, 'To', '李强')
    await page.getByLabel('At', { exact: true }).fill('2031-01-01T08:00')
    await page.getByRole('button', { name: 'Show what changes' }).click()
    await page.getByText(`${cells.length} cells would change hands`).waitFor()
    await page.getByRole('button', { name: /^Hand over 30 cells/ }).click()
    await page.getByText('王美 hands 30 cells over to 李强.').first().waitFor()
    expect(await cellsOf('u-mei')).toHaveLength(30)
    expect(await cellsOf('u-li', '2031-01-01T12:00:00Z')).toHaveLength(30)
    await page.locator('.row.territory').filter({ hasText: '王美' }).waitFor()
    await page.getByLabel('As it is at').fill('2031-01-02T00:00')
    await page.locator('.row.territory').filter({ hasText: '李强' }).waitFor()
    await expect.poll(() => page.locator('.row.territory').filter({ hasText: '王美' }).count()).toBe(0)
    await api('POST', '/assignments', { role: 'officer', person: null, cells, from: '2031-01-01', reason: 'the test is over' })
  })

  test('gaps of any instant are listed, shown and taken in hand', async () => {
    await clear()
    const page = await grid({}, '')
    await tab(page, 'Gaps')
    const { total } = await api<{ total: number }>('GET', '/assignments/gaps?role=officer')
    await page.getByText(`${total} gaps, now`).waitFor()
    await page.locator('.grid-tab .row').first().click()
    await expect.poll(() => Number(new URL(page.url()).hash.slice(1).split('/')[0])).toBeGreaterThan(15)
    await expect.poll(() => inHand(page)).toBe(1)
    await page.getByRole('button', { name: `Take all ${total} in hand` }).click()
    await expect.poll(() => inHand(page)).toBe(total)
    await page.getByRole('heading', { name: 'Assign cells' }).waitFor()
  })

  test('leave is written down, listed and withdrawn', async () => {
    const page = await grid()
    await tab(page, 'Leave')
    await page.getByRole('button', { name: 'Write down leave' }).click()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Say until when.').waitFor()
    await person(page, 'Who is away', 'Anna Frick')
    await person(page, 'Who stands in', 'Marco Beck')
    await page.getByLabel('From', { exact: true }).fill('2031-07-01T08:00')
    await page.getByLabel('Until', { exact: true }).fill('2031-06-01T08:00')
    await page.getByText('That is before it begins.').waitFor()
    await page.getByLabel('Until', { exact: true }).fill('2031-07-15T08:00')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Marco Beck stands in').waitFor()
    await page.getByRole('button', { name: 'Withdraw the leave of Anna Frick' }).click()
    await page.getByRole('button', { name: 'Withdraw for good' }).click()
    await page.getByText('Marco Beck stands in').waitFor({ state: 'hidden' })
  })

  test('a fair division is proposed, adjusted and applied only when somebody says so', async () => {
    await clear()
    const page = await grid({}, '')
    await tab(page, 'Fair division')
    await page.getByLabel('Officers', { exact: true }).fill('none')
    await page.getByRole('button', { name: 'Propose' }).click()
    await page.getByText('A whole number above 0 is needed.').waitFor()
    await page.getByLabel('Officers', { exact: true }).fill('100000')
    await page.getByRole('button', { name: 'Propose' }).click()
    await page.getByText('There are more officers than cells; a cell has one officer.').waitFor()
    await page.getByLabel('Officers', { exact: true }).fill('4')
    await page.getByLabel(/^At most/).fill('100')
    await page.getByRole('button', { name: 'Propose' }).click()
    await page.getByText('This is a plan. Nothing has been changed.').waitFor()
    await page.getByText('4 territories have nobody yet', { exact: false }).waitFor()
    const rows = page.locator('.row.territory')
    await expect.poll(() => rows.count()).toBe(4)
    // Some cells go to another territory by hand.
    await rows.first().click()
    await page.waitForTimeout(800)
    await clickAt(page, 0, 0)
    if ((await inHand(page)) === 0) {
      await tool(page, 'Lasso')
      await drag(page, [-200, -150], [200, -150], [200, 150], [-200, 150])
    }
    await rows.first().click()
    await rows.nth(1).click()
    await page.getByRole('button', { name: /^Give it the .* in hand/ }).click()
    await page.getByText('adjusted by hand').waitFor()
    await rows.nth(1).click()
    for (const [i, [, name]] of officers.entries()) {
      await rows.nth(i).click()
      await person(page, 'Meant for', name)
      await rows.nth(i).click()
    }
    expect((await api<Territories>('GET', '/assignments/territories?role=officer')).territories.filter((t) => t.cells.length > 0)).toEqual([])
    await page.getByRole('button', { name: 'Apply the plan' }).click()
    await page.getByRole('button', { name: 'Yes, apply it' }).click()
    await page.getByText(/Plan applied/).first().waitFor()
    for (const [name] of officers) expect((await cellsOf(name)).length).toBeGreaterThan(0)
    const { total } = await api<{ total: number }>('GET', '/assignments/gaps?role=officer')
    expect(total).toBe(0)
  })

  test('a table is checked line by line before it is taken in, and comes out again', async () => {
    await clear()
    const page = await grid()
    await tab(page, 'Tables')
    const upload = (content: string) => page.getByLabel('Table (CSV)').setInputFiles({ name: 'cells.csv', mimeType: 'text/csv', buffer: Buffer.from(content) })
    const { gaps } = await api<{ gaps: { cell: string }[] }>('GET', '/assignments/gaps?role=officer&limit=3')
    const lines = gaps.map((g) => `${g.cell},u-anna,officer,,`)
    await upload(['cell,person,role,from,to', ...lines, 'nonsense,nobody-here,officer,,'].join('\n'))
    await page.getByRole('button', { name: 'Check the table' }).click()
    await page.getByText(/not acceptable. Nothing has been changed/).waitFor()
    await expect.poll(() => page.locator('.verdict-box tbody tr').count()).toBeGreaterThan(0)
    await upload(['cell,person,role,from,to', ...lines].join('\n'))
    await page.getByRole('button', { name: 'Check the table' }).click()
    await page.getByText('3 lines read, 3 cells would change hands. Nothing has been changed.').waitFor()
    await expect.poll(() => cellsOf('u-anna')).toEqual([])
    await page.getByRole('button', { name: 'Take it in (3 cells)' }).click()
    await page.getByText('3 cells assigned from the table.').waitFor()
    expect((await cellsOf('u-anna')).sort()).toEqual(gaps.map((g) => g.cell).sort())
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download the table' }).click()])
    expect(download.suggestedFilename()).toMatch(/^assignments-.*\.csv$/)
  })

  test('on a phone: a cell by the thumb, the sheet, nothing wider than the screen', async () => {
    await clear()
    const page = await grid({ viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 })
    await page.getByRole('button', { name: 'Cell at the cross' }).click()
    await expect.poll(() => inHand(page)).toBe(1)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
    for (const button of await page.locator('.grid-tools button:visible, .grid-tabs button:visible').all()) expect((await button.boundingBox())!.height).toBeGreaterThanOrEqual(47.9)
  })
})

describe('the people page', () => {
  test('a person is added with roles and terms, gets a password once, and is shut out', async () => {
    const page = await openPage(browser, watch, {}, '', '/people')
    await enter(page, 'operator')
    await page.getByRole('button', { name: 'Add a person' }).click()
    await page.getByRole('button', { name: 'Make the account' }).click()
    await page.getByText('Needed.').waitFor()
    const name = `t${Date.now()}`
    await page.getByLabel('Account name').fill(name.toUpperCase())
    await page.getByLabel('Name shown').fill('Tester')
    await page.getByLabel('Until', { exact: true }).fill('2020-01-01T00:00')
    await page.getByRole('button', { name: 'Make the account' }).click()
    await page.getByText('That is before it begins.').waitFor()
    await page.getByLabel('Until', { exact: true }).fill('2031-01-01T00:00')
    await page.getByRole('button', { name: 'Make the account' }).click()
    const password = (await page.locator('.password-once').textContent())!.trim()
    expect(password.length).toBeGreaterThan(10)
    await page.getByRole('button', { name: 'Done' }).click()
    const entry = await fetch(`${inject('base')}/api/v1/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name, password }) })
    expect(entry.status).toBe(200)

    await page.getByRole('heading', { name: /Tester/ }).waitFor()
    await page.getByRole('button', { name: 'Add a role' }).click()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved: Tester.').waitFor()
    const { people } = await api<{ people: { roles: { role: string; to: string | null }[] }[] }>('GET', `/people?q=${name}`)
    expect(people[0]!.roles.map((r) => r.role).sort()).toEqual(['administrator', 'officer'])
    expect(people[0]!.roles.find((r) => r.role === 'officer')!.to).toContain('2030-12-31')

    await page.getByRole('button', { name: 'Shut out' }).click()
    await page.getByRole('button', { name: `Shut ${name} out` }).click()
    await page.getByRole('button', { name: 'Let in again' }).waitFor()
    const refused = await fetch(`${inject('base')}/api/v1/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name, password }) })
    expect(refused.status).not.toBe(200)
    await page.getByRole('button', { name: 'Let in again' }).click()
    await page.getByRole('button', { name: 'Shut out' }).waitFor()
  })

  test('offices are opened, changed and closed; the log tells who did it', async () => {
    const page = await openPage(browser, watch, {}, '', '/people')
    await enter(page, 'operator')
    await page.getByRole('button', { name: 'Offices' }).click()
    const name = `Office ${Date.now()}`
    await page.getByRole('button', { name: 'Add an office' }).click()
    await page.getByLabel('Name', { exact: true }).fill(name)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Needed.').waitFor()
    await page.getByLabel('Telephone').fill('+423 230 00 00')
    await page.getByRole('button', { name: 'Save' }).click()
    const own = page.locator('.cards > li').filter({ hasText: name })
    await own.waitFor()
    await own.getByRole('button', { name: `Edit ${name}` }).click()
    await page.getByLabel('Address').fill('Landstrasse 1')
    await page.getByRole('button', { name: 'Save' }).click()
    await own.getByText('Landstrasse 1').waitFor()
    await own.getByRole('button', { name: `Edit ${name}` }).click()
    await page.getByRole('button', { name: 'Close the office' }).click()
    await own.getByText('closed').waitFor()
    await page.getByRole('button', { name: 'Access log' }).click()
    await page.getByRole('table').waitFor()
    await page.getByRole('row').filter({ hasText: 'operator' }).filter({ hasText: 'Changed an office' }).first().waitFor()
    await page.getByLabel('House code').fill('112340678973')
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    await page.getByRole('alert').waitFor()
  })
})

describe('for everybody', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`accessible: ${colorScheme}`, async () => {
      await clear()
      const { gaps } = await api<{ gaps: { cell: string }[] }>('GET', '/assignments/gaps?role=officer&limit=30')
      await api('POST', '/assignments', { role: 'officer', person: 'u-mei', cells: gaps.map((g) => g.cell), reason: 'for the picture' })
      // Colours are looked at when they have arrived, not on their way.
      const page = await grid({ colorScheme, reducedMotion: 'reduce' })
      await page.locator('.row.territory').first().click()
      expect(await axe(page), 'territories').toEqual([])
      await page.getByRole('button', { name: 'Hand over' }).click()
      expect(await axe(page), 'handover').toEqual([])
      await page.getByRole('button', { name: 'Cancel' }).click()
      await page.locator('.row.territory').first().click()
      await page.getByRole('button', { name: 'Take its 30 cells in hand' }).click()
      await tab(page, 'Assign')
      await person(page, 'Officer', '李强')
      await page.getByRole('button', { name: 'Show what changes' }).click()
      await page.getByText('would change hands').first().waitFor()
      expect(await axe(page), 'assign').toEqual([])
      for (const name of ['Gaps', 'Leave', 'Fair division', 'Tables', 'Access']) {
        await tab(page, name)
        await page.getByRole('heading', { level: 2 }).first().waitFor()
        expect(await axe(page), name).toEqual([])
      }
      await page.goto('/people')
      await page.locator('.people-list .row').first().click()
      await page.getByRole('button', { name: 'New password' }).click()
      expect(await axe(page), 'a person').toEqual([])
      await page.getByRole('button', { name: 'Add a person' }).click()
      expect(await axe(page), 'a new person').toEqual([])
      for (const name of ['Offices', 'Access log']) {
        await page.locator('.grid-tabs').getByRole('button', { name }).click()
        expect(await axe(page), name).toEqual([])
      }
    })
  }

  test('the first load of either page weighs at most 500 kB compressed, and nothing comes from elsewhere', async () => {
    for (const path of ['/grid', '/people']) {
      const page = await openPage(browser, watch, {}, '', path)
      await enter(page, 'operator')
      await page.locator('.grid-tabs').waitFor()
      await page.waitForLoadState('networkidle')
      const sizes = await page.evaluate(() =>
        [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map((entry) => [entry.name, (entry as PerformanceResourceTiming).encodedBodySize] as const),
      )
      const own = sizes.filter(([url]) => new URL(url).pathname.startsWith('/assets/') || new URL(url).pathname === path)
      const sum = own.reduce((total, [, size]) => total + size, 0)
      console.log(`${path}: ${Math.round(sum / 1000)} kB`)
      expect(sum).toBeLessThanOrEqual(500_000)
    }
    expect(watch.outside).toEqual([])
    expect(watch.complaints).toEqual([])
  })
})
