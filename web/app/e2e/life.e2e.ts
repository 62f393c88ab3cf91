// The life of a house in a real browser: divided, looked back upon, taken back, joined, ended; by mouse, keyboard and
// thumb. Each test draws its own house on open ground, so that the town stays as it was.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Position } from '../src/api/types'
import { inFours } from '../src/registry/code'
import { axe } from './axe'
import { type Watch, launch, newWatch, openPage, untilShown } from './browser'
import { card, clickMap, codeOnCard, drawSquare, plate, signIn } from './pages'
import { get, openGround, someHouses, viewOf } from './town'

let browser: Browser
let watch: Watch
let from: Position

beforeAll(async () => {
  browser = await launch()
  watch = newWatch()
  from = (await someHouses())[0]!.point as Position
})
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()))
})
afterAll(async () => {
  await browser?.close()
})

/** A clerk before a house of 140 px a side in the middle of the map, which has stood since 2018. */
async function beforeHouse(): Promise<{ page: Page; code: string }> {
  const page = await openPage(browser, watch, {}, viewOf(await openGround(from), 19))
  await untilShown(page, (n) => n === 0)
  await signIn(page)
  await draw(page, 70)
  await page.getByLabel(/^Valid from/).fill('2018-01-01')
  await page.getByRole('button', { name: 'Register building' }).click()
  await plate(page).waitFor()
  await untilShown(page, (n) => n === 1)
  return { page, code: await codeOnCard(page) }
}

async function draw(page: Page, half: number, x = 0): Promise<void> {
  await page.getByRole('button', { name: 'New building' }).click()
  await page.getByText('Click the corners of the house').waitFor()
  await drawSquare(page, half, x)
}

/** Waits until the map has stopped moving: a move writes the address when it ends. */
async function atRest(page: Page): Promise<void> {
  for (let before = ''; before !== page.url(); await page.waitForTimeout(500)) before = page.url()
}

/** Cuts the house from above to below, so many pixels right of its middle. */
async function cut(page: Page, x: number): Promise<void> {
  await page.getByText('Draw a line across the house').waitFor()
  await atRest(page)
  await clickMap(page, x, -110)
  await clickMap(page, x, 110)
  await page.getByText('The line gives 2 parts').waitFor()
}

async function addByPattern(page: Page, floors: string, rooms: string): Promise<void> {
  await page.getByRole('button', { name: 'Add dwellings' }).click()
  await page.getByLabel('Floors', { exact: true }).fill(floors)
  await page.getByLabel('Rooms on a floor').fill(rooms)
}

const successors = (page: Page) => card(page).locator('.standing button.code')
const openCode = async (page: Page, code: string) => {
  await page.locator('#search').fill(code)
  await page.getByRole('option', { name: inFours(code) }).click()
  await expect.poll(() => codeOnCard(page)).toBe(code)
}

describe('a house', () => {
  test('gets dwellings, is split, looked back upon, and made whole again', async () => {
    const { page, code } = await beforeHouse()

    await addByPattern(page, '1-2', '01-02,01')
    await page.getByText('none twice').waitFor()
    await page.getByLabel('Rooms on a floor').fill('01-03')
    await page.getByText('6 dwellings', { exact: true }).waitFor()
    await expect.poll(() => page.locator('.front-room').allTextContents()).toEqual(['201', '202', '203', '101', '102', '103'])
    await page.getByRole('button', { name: 'Register dwellings' }).click()
    await expect.poll(() => card(page).locator('.dwellings tbody th').allTextContents()).toEqual(['101', '102', '103', '201', '202', '203'])
    await card(page).getByRole('button', { name: 'Edit dwelling 203' }).click()
    await page.getByLabel('Area (m²)').fill('64,5')
    await page.getByRole('button', { name: 'Save' }).click()
    await card(page).getByText('64.5 m²').waitFor()

    // A line that ends inside is refused where it is drawn, and drawn out at the press of a button.
    await page.keyboard.press('s')
    await page.getByText('Draw a line across the house').waitFor()
    await clickMap(page, 20, -30)
    await clickMap(page, 20, 110)
    await page.getByText('The line ends inside the house').waitFor()
    await page.getByRole('button', { name: 'Draw it out to the walls' }).click()
    await page.getByText('The line gives 2 parts').waitFor()
    await expect.poll(() => page.locator('.part .letter').allTextContents()).toEqual(['A', 'B'])
    await page.getByLabel('Name of B').fill('Anbau')
    await page.getByLabel(/^203/).selectOption({ label: 'goes to B' })
    await page.getByLabel(/^101/).selectOption({ label: 'ends' })
    await page.getByLabel(/^Reason/).fill('sold in two')
    // Enter on the map commits.
    await page.locator('.map-canvas canvas').focus()
    await page.keyboard.press('Enter')

    await expect.poll(() => successors(page).count()).toBe(2)
    await expect.poll(() => codeOnCard(page)).toBe(code)
    await untilShown(page, (n) => n === 2)
    const children = (await successors(page).allTextContents()).map((text) => text.replace(/\s/g, '').slice(0, 12))
    const { successors: told } = await get<{ successors: { code: string; share: number }[] }>(`/api/v1/codes/${code}`)
    expect(told.map((s) => s.code).sort()).toEqual([...children].sort())
    const [a, b] = children.toSorted((x, y) => told.find((s) => s.code === y)!.share - told.find((s) => s.code === x)!.share) as [string, string]

    // The lineage is a drawing that the keyboard walks.
    const nodes = card(page).locator('.lineage .node')
    await expect.poll(() => nodes.count()).toBe(3)
    await expect.poll(() => card(page).locator('.lineage .node[aria-current]').textContent()).toContain(inFours(code))
    await expect.poll(() => card(page).locator('.edge-share').count()).toBe(2)
    await card(page).getByText('In words').click()
    await card(page).getByText(new RegExp(`${inFours(code)} was split on .*${inFours(b)}`)).waitFor()
    await nodes.filter({ hasText: inFours(b) }).focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => codeOnCard(page)).toBe(b)
    await card(page).getByText('Anbau').first().waitFor()
    await expect.poll(() => card(page).locator('.dwellings tbody th').allTextContents()).toEqual(['203'])
    await openCode(page, a)
    await expect.poll(() => card(page).locator('.dwellings tbody th').allTextContents()).toEqual(['102', '103', '201', '202'])

    // The town of 2019 has the one house, its card tells of then, and nothing can be edited.
    await openCode(page, code)
    await page.locator('.plate-code').click()
    await page.keyboard.press('t')
    await page.getByLabel('Day', { exact: true }).fill('2019-05-01')
    await page.keyboard.press('Tab')
    await page.getByText(/The town on May 1, 2019|The town on 1 May 2019/).waitFor()
    await untilShown(page, (n) => n === 1)
    await card(page).getByText('Code in force').first().waitFor()
    await expect.poll(() => page.getByRole('button', { name: 'Edit', exact: true }).count()).toBe(0)
    await expect.poll(() => card(page).locator('.dwellings tbody th').count()).toBe(6)
    expect(new URL(page.url()).searchParams.get('on')).toBe('2019-05-01')
    await page.reload()
    await untilShown(page, (n) => n === 1)
    await page.getByText('Reading only').waitFor()
    // Before 2018 there was nothing here, nor anything known of it yesterday.
    await page.getByLabel('Day of the town').fill(`${Math.round(Date.UTC(2016, 0, 1) / 86_400_000)}`)
    await untilShown(page, (n) => n === 0)
    await page.getByRole('button', { name: 'Back to today', exact: true }).click()
    await untilShown(page, (n) => n === 2)
    await page.getByLabel('As known on').fill('2020-01-01')
    await untilShown(page, (n) => n === 0)
    await page.getByRole('button', { name: 'Close, back to today' }).click()
    await untilShown(page, (n) => n === 2)
    expect(new URL(page.url()).search).toBe('')

    // Taken back: tried first, then for real.
    await page.getByRole('button', { name: 'Take back: Split' }).click()
    await page.getByRole('button', { name: 'Show what would come of it' }).click()
    await page.getByText('Needed.').waitFor()
    await page.getByLabel(/^Reason/).fill('the wrong house')
    await page.getByRole('button', { name: 'Show what would come of it' }).click()
    await page.getByText('Nothing has been changed yet.').waitFor()
    await expect.poll(() => page.locator('.outcome li').count()).toBe(3)
    await expect.poll(() => page.locator('.outcome').getByText('becomes void').count()).toBe(2)
    expect((await get<{ status: string }>(`/api/v1/codes/${code}`)).status).toBe('retired')
    await page.getByRole('button', { name: 'Take it back' }).click()
    await card(page).getByText('Code in force').first().waitFor()
    await untilShown(page, (n) => n === 1)
    await expect.poll(() => card(page).locator('.dwellings tbody th').count()).toBe(6)
    expect((await get<{ status: string }>(`/api/v1/codes/${a}`)).status).toBe('void')

    // It ends, and not without a word for each dwelling; by mistake, so it lives again.
    await page.locator('.plate-code').click()
    await page.keyboard.press('r')
    await page.getByRole('radio', { name: /^Demolished/ }).check()
    await page.getByRole('button', { name: 'Retire building' }).click()
    await expect.poll(() => page.locator('.disposition .field-error').allTextContents()).toEqual(Array(6).fill('Choose one.'))
    await page.getByLabel('All of them').selectOption({ label: 'ends' })
    await page.getByRole('button', { name: 'Retire building' }).click()
    await card(page).getByText('Code retired: demolished').waitFor()
    await untilShown(page, (n) => n === 0)
    await page.getByRole('button', { name: 'Bring back to life' }).click()
    await page.getByLabel(/^Reason/).fill('the neighbour was meant')
    await page.getByRole('button', { name: 'Bring back', exact: true }).click()
    await card(page).getByText('Code in force').first().waitFor()
    await untilShown(page, (n) => n === 1)
    await expect.poll(() => card(page).locator('.dwellings tbody th').count()).toBe(6)
  })

  test('is divided and its parts merged again; what something was built upon is not taken back', async () => {
    const { page, code } = await beforeHouse()
    await addByPattern(page, '1', '01-02')
    await page.getByRole('button', { name: 'Register dwellings' }).click()
    await expect.poll(() => card(page).locator('.dwellings tbody th').count()).toBe(2)
    await page.getByRole('button', { name: 'Split', exact: true }).click()
    await cut(page, 10)
    await page.getByLabel(/^102/).selectOption({ label: 'goes to B' })
    await page.getByLabel(/^Valid from/).fill('2020-01-01')
    await page.getByRole('button', { name: 'Split into 2' }).click()
    await expect.poll(() => successors(page).count()).toBe(2)
    const told = (await get<{ successors: { code: string; share: number }[] }>(`/api/v1/codes/${code}`)).successors.toSorted((x, y) => y.share - x.share)
    const [a, b] = told.map((s) => s.code) as [string, string]

    // B gets a 101 as well, as a table; a split that something was built upon stays.
    await openCode(page, b)
    await page.getByRole('button', { name: 'Add dwellings' }).click()
    await page.getByRole('button', { name: 'Table', exact: true }).click()
    await page.getByLabel('Table with a header line').fill('房号,楼层,用途\n101,x,住宅')
    await page.getByRole('button', { name: 'Register dwellings' }).click()
    await page.getByRole('alert').getByText('line 2.floor').waitFor()
    await page.getByLabel('Table with a header line').fill('房号,楼层,用途\n101,1,住宅')
    await page.getByRole('button', { name: 'Register dwellings' }).click()
    await expect.poll(() => card(page).locator('.dwellings tbody th').allTextContents()).toEqual(['101', '102'])
    await page.getByRole('button', { name: 'Change state' }).click()
    await page.getByRole('radio', { name: 'Unusable' }).check()
    await page.getByRole('button', { name: 'Change state' }).click()
    await card(page).locator('.chips').getByText('Unusable').waitFor()
    await page.getByRole('button', { name: 'Take back: Split' }).click()
    await page.getByLabel(/^Reason/).fill('a slip')
    await page.getByRole('button', { name: 'Show what would come of it' }).click()
    const blocked = page.getByRole('alert').filter({ hasText: 'Later events depend on it' })
    await blocked.getByRole('button', { name: inFours(b) }).first().waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Leave', exact: true }).click()

    // M, the other house from the list, a label for the one that clashes.
    await openCode(page, a)
    await page.locator('.plate-code').click()
    await page.keyboard.press('m')
    await page.getByText('Choose a second house').waitFor()
    await page.getByRole('button', { name: inFours(b) }).click()
    await page.getByText(/Together they have/).waitFor()
    await page.getByText('Labels that two houses use').waitFor()
    await page.getByLabel('New label for 101').fill('101a')
    await page.getByRole('button', { name: 'Merge 2 into one' }).click()
    await expect.poll(() => card(page).locator('.lineage .node').count()).toBe(4)
    const whole = await codeOnCard(page)
    expect([code, a, b]).not.toContain(whole)
    await untilShown(page, (n) => n === 1)
    await expect.poll(() => card(page).locator('.dwellings tbody th').allTextContents()).toEqual(['101', '102', '101a'])
    expect((await get<{ successors: { code: string }[] }>(`/api/v1/codes/${b}`)).successors.map((s) => s.code)).toEqual([whole])
  })

  test('that stands apart cannot be merged, and a small part is carved out', async () => {
    const { page, code } = await beforeHouse()
    await page.getByRole('button', { name: 'Close' }).click()
    await draw(page, 30, 250)
    await page.getByRole('button', { name: 'Register building' }).click()
    await plate(page).waitFor()
    await untilShown(page, (n) => n === 2)
    const kiosk = await codeOnCard(page)

    await page.locator('.plate-code').click()
    await page.keyboard.press('m')
    await page.getByText('Choose a second house').waitFor()
    await clickMap(page)
    const wrong = page.locator('.part.wrong')
    await wrong.getByText('It stands apart from the others').waitFor()
    await expect.poll(() => wrong.textContent()).toContain(inFours(code))
    await page.getByRole('button', { name: `Leave out ${inFours(code)}` }).click()
    await page.getByText('Choose a second house').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Leave', exact: true }).click()
    await expect.poll(() => codeOnCard(page)).toBe(kiosk)

    await openCode(page, code)
    await page.getByRole('button', { name: 'Split', exact: true }).click()
    await cut(page, 50)
    await page.getByRole('radio', { name: /Carve out/ }).check()
    await page.getByLabel('Name of B').fill('Laden')
    await page.getByRole('button', { name: 'Carve out B' }).click()
    await expect.poll(() => card(page).locator('.lineage .node').count()).toBe(2)
    await expect.poll(() => codeOnCard(page)).toBe(code)
    await card(page).getByText('Code in force').first().waitFor()
    await untilShown(page, (n) => n === 3)
  })
})

describe('on a phone', () => {
  test('two taps cut a house', async () => {
    const { code } = await beforeHouse()
    const { point } = await get<{ point: Position }>(`/api/v1/buildings/${code}`)
    const page = await openPage(browser, watch, { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true }, `${viewOf(point, 18.5)}/${code}`)
    await plate(page).waitFor()
    await untilShown(page, (n) => n > 0)
    await page.getByRole('button', { name: 'Menu' }).click()
    await signIn(page)
    await page.getByRole('button', { name: 'Split', exact: true }).click()
    await page.getByText('Draw a line across the house').waitFor()
    const box = (await page.locator('.map-canvas').boundingBox())!
    for (const y of [0.1, 0.9]) await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height * y)
    await page.getByText('The line gives 2 parts').waitFor()
    for (const button of await page.locator('.form button:visible').all()) {
      expect((await button.boundingBox())!.height, (await button.textContent())!).toBeGreaterThanOrEqual(48)
    }
    await page.getByRole('button', { name: 'Split into 2' }).click()
    await expect.poll(() => successors(page).count()).toBe(2)
  })
})

describe('for everybody', () => {
  for (const [name, options] of [
    ['light, English', { colorScheme: 'light' }],
    ['dark, Chinese, phone', { colorScheme: 'dark', locale: 'zh-CN', viewport: { width: 360, height: 640 } }],
  ] as [string, BrowserContextOptions][]) {
    test(`axe finds nothing: ${name}`, async () => {
      const zh = options.locale === 'zh-CN'
      const say = (chinese: string, english: string) => (zh ? chinese : english)
      const { code } = await beforeHouse()
      const { point } = await get<{ point: Position }>(`/api/v1/buildings/${code}`)
      const page = await openPage(browser, watch, options, `${viewOf(point, 18.5)}/${code}`)
      await plate(page).waitFor()
      await untilShown(page, (n) => n > 0)
      if (zh) await page.getByRole('button', { name: '菜单' }).click()
      await page.getByRole('button', { name: say('登录', 'Sign in') }).click()
      await page.getByLabel(say('账号', 'Account')).fill('clerk')
      await page.getByLabel(say('密码', 'Password'), { exact: true }).fill(inject('clerk'))
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: say('添加套间', 'Add dwellings') }).click()
      await page.getByLabel(say('楼层', 'Floors'), { exact: true }).fill('1-3')
      await page.getByLabel(say('每层房间', 'Rooms on a floor')).fill('01-02')
      expect(await axe(page), 'dwellings').toEqual([])
      await page.getByRole('button', { name: say('登记套间', 'Register dwellings') }).click()
      await page.getByRole('button', { name: say('拆分', 'Split'), exact: true }).click()
      await page.getByText(say('请画一条穿过楼栋的线', 'Draw a line across the house')).waitFor()
      const box = (await page.locator('.map-canvas').boundingBox())!
      for (const y of [0.08, 0.92]) await page.mouse.click(box.x + box.width / 2, box.y + box.height * y)
      await page.getByText(say('此线分出', 'The line gives')).waitFor()
      expect(await axe(page), 'split').toEqual([])
      await page.getByRole('button', { name: say('拆分为 2 栋', 'Split into 2') }).click()
      await expect.poll(() => successors(page).count()).toBe(2)
      await card(page).locator('.lineage').waitFor()
      expect(await axe(page), 'lineage').toEqual([])
      await page.getByRole('button', { name: say('撤回：拆分', 'Take back: Split') }).click()
      await page.getByLabel(say('事由', 'Reason')).fill('x')
      await page.getByRole('button', { name: say('查看撤回结果', 'Show what would come of it') }).click()
      await page.getByText(say('目前尚未更改任何内容', 'Nothing has been changed yet')).waitFor()
      expect(await axe(page), 'revert').toEqual([])
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: say('离开', 'Leave'), exact: true }).click()
      await successors(page).first().click()
      await page.getByRole('button', { name: say('合并', 'Merge'), exact: true }).click()
      await page.locator('.form .rows .row').first().waitFor()
      expect(await axe(page), 'merge').toEqual([])
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: say('时间', 'Time'), exact: true }).click()
      await page.getByLabel(say('日期', 'Day'), { exact: true }).fill('2019-05-01')
      await page.keyboard.press('Tab')
      await page.getByText(say('仅供查看', 'Reading only')).waitFor()
      expect(await axe(page), 'time').toEqual([])
      await page.getByRole('button', { name: say('回到今日', 'Back to today'), exact: true }).click()
      await page.keyboard.press('?')
      expect(await axe(page), 'keys').toEqual([])
    })
  }

  test('nothing left the host, nothing was refused, nothing complained', () => {
    expect(watch.outside).toEqual([])
    expect(watch.complaints).toEqual([])
  })
})
