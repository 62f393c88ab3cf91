// The officer's evening and the clerk's morning in a real browser: a grid is assigned, houses are confirmed with a thumb,
// counted, proposed; the clerk answers; who looked is known.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Building } from '../src/api/types'
import type { MyGrid } from '../src/api/work'
import { inFours } from '../src/registry/code'
import { axe } from './axe'
import { type Watch, launch, newWatch, openPage } from './browser'
import { codeOnCard, signIn } from './pages'
import { get, someHouses, viewOf } from './town'

let browser: Browser
let watch: Watch
let cells: string[]
let houses: Building[]

/** The registry keeps what earlier runs did: this run's things have names and numbers of their own. */
const run = Date.now()
const shed = `a shed behind the school, ${run % 1000}`
const heads = 20 + (run % 50)

const phone: BrowserContextOptions = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true }

beforeAll(async () => {
  browser = await launch()
  watch = newWatch()
  houses = await someHouses()
  cells = [...new Set(houses.map((house) => house.cell!))].slice(0, 3)
  const operator = await api('operator')
  await operator.send('POST', '/api/v1/assignments', { role: 'officer', person: 'officer', cells, reason: 'test' })
  await operator.send('POST', '/api/v1/assignments', { role: 'administrator', person: 'administrator', cells, reason: 'test' })
})
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()))
})
afterAll(async () => {
  await browser?.close()
})

/** Somebody signed in without a page. */
async function api(name: string) {
  const base = inject('base')
  const session = await fetch(`${base}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, password: inject('passwords')[name] }),
  })
  if (!session.ok) throw new Error(`${name}: ${session.status}`)
  const cookie = session.headers.get('set-cookie')!.split(';')[0]!
  return {
    cookie,
    async send<T>(method: string, path: string, body?: unknown): Promise<T> {
      const answer = await fetch(base + path, { method, headers: { cookie, 'content-type': 'application/json' }, ...(body ? { body: JSON.stringify(body) } : {}) })
      const text = await answer.text()
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`)
      return (text ? JSON.parse(text) : undefined) as T
    },
  }
}

/** The page of somebody who is signed in already. */
async function pageOf(name: string, path: string, options: BrowserContextOptions = {}, by = watch): Promise<Page> {
  const { cookie } = await api(name)
  const [key, value] = cookie.split('=') as [string, string]
  const { hostname } = new URL(inject('base'))
  const storageState = { cookies: [{ name: key, value, domain: hostname, path: '/', expires: -1, httpOnly: true, secure: false, sameSite: 'Lax' as const }], origins: [] }
  return openPage(browser, by, { storageState, ...options }, path)
}

const grid = async () => (await api('officer')).send<MyGrid>('GET', '/api/v1/officers/me/grid')
const house = async (code: string) => (await grid()).houses.find((h) => h.code === code)!
const rows = (page: Page) => page.locator('.stop')
const untilDrawn = (page: Page) => page.locator('.map-canvas[data-drawn]').waitFor()
/** The card takes no tap at once, so that a double tap does not confirm the next house. */
const settle = (page: Page) => page.waitForTimeout(500)

describe('my grid on a phone', () => {
  test('the day is there: progress, list in walking order, marks on the map', async () => {
    const page = await pageOf('officer', 'my-grid', phone)
    await rows(page).first().waitFor()
    await untilDrawn(page)
    const now = await grid()
    expect(now.cells).toEqual(expect.arrayContaining(cells))
    await page.getByText(`${now.today.confirmed} seen today, ${now.today.open} to go`).waitFor()
    const orders = await page.locator('.stop-order').allTextContents()
    expect(orders.map(Number)).toEqual(orders.map(Number).toSorted((a, b) => a - b))
    expect(await axe(page)).toEqual([])
    // Nothing is wider than the screen, and every control is a thumb wide.
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
    const small = await page.locator('button:visible, a:visible').evaluateAll((all) => all.map((e) => [e.textContent, e.getBoundingClientRect()] as const).filter(([, box]) => box.height < 47.5 || box.width < 47.5).map(([text]) => text))
    expect(small).toEqual([])
  })

  test('a house is confirmed in two taps, taken back, and confirmed again', async () => {
    const page = await pageOf('officer', 'my-grid', phone)
    const before = await grid()
    const first = before.houses.filter((h) => h.needs.includes('confirm')).toSorted((a, b) => a.order - b.order)[0]!
    await page.locator('.stop', { hasText: first.address || first.name || inFours(first.code) }).first().tap()
    await settle(page)
    expect(await axe(page)).toEqual([])
    await page.getByRole('button', { name: 'No change' }).tap()
    await page.getByText('Confirmed:').waitFor()
    expect((await house(first.code)).lastVisit).toMatchObject({ result: 'no_change', mine: true })
    // The next house is in hand already.
    await expect.poll(() => page.evaluate(() => location.hash)).not.toBe(`#${first.code}`)
    await page.locator('.undo').getByRole('button', { name: 'Undo' }).tap()
    await page.getByText('Taken back:').waitFor()
    expect((await house(first.code)).needs).toContain('confirm')
    // A double tap confirms one house and not the next, which nobody has looked at.
    await page.getByRole('button', { name: 'Back to the list' }).tap()
    await page.locator('.stop', { hasText: first.address || first.name || inFours(first.code) }).first().tap()
    await settle(page)
    await page.getByRole('button', { name: 'No change' }).dblclick()
    await page.getByText('Confirmed:').waitFor()
    await page.waitForTimeout(300)
    expect((await grid()).today.confirmed).toBe(before.today.confirmed + 1)
    await page.goBack()
    await rows(page).first().waitFor()
    await page.getByText(`${before.today.confirmed + 1} seen today`).waitFor()
  })

  test('without network nothing is lost, and the same tap counts once', async () => {
    const page = await pageOf('officer', 'my-grid', phone, newWatch()) // the browser complains of the lost answer
    await rows(page).filter({ hasText: 'To confirm' }).first().tap()
    const code = (await page.evaluate(() => location.hash)).slice(1)
    await page.getByRole('button', { name: 'Something else…' }).tap()
    await page.getByRole('radio', { name: /^Nobody there/ }).check()
    await page.getByLabel(/^Note about the house/).fill('the bell is broken')
    let sent = 0
    // The server hears it, its answer is lost.
    await page.route('**/api/v1/visits', async (route) => {
      sent++
      if (sent === 1) {
        await route.fetch()
        await route.abort()
      } else await route.continue()
    })
    await page.getByRole('button', { name: 'Save the visit' }).tap()
    await page.getByText('The server was not reached').waitFor()
    await expect.poll(() => page.getByLabel(/^Note about the house/).inputValue()).toBe('the bell is broken')
    await page.getByRole('button', { name: 'Save the visit' }).tap()
    await expect.poll(() => page.evaluate(() => location.hash)).not.toBe(`#${code}`)
    expect(sent).toBe(2)
    expect((await house(code)).lastVisit).toMatchObject({ result: 'no_access', note: 'the bell is broken' })
    expect((await house(code)).needs).toContain('confirm')
  })

  test('a note with somebody’s number is refused in words, and stays to be corrected', async () => {
    const page = await pageOf('officer', 'my-grid', { ...phone, locale: 'zh-CN', colorScheme: 'dark' })
    await rows(page).first().tap()
    await page.getByRole('button', { name: '其他情况…' }).tap()
    expect(await axe(page)).toEqual([])
    await page.getByRole('button', { name: '保存走访' }).tap()
    await page.locator('#found-error').waitFor()
    await page.getByRole('radio', { name: /^有变化/ }).check()
    await page.getByLabel(/^关于房屋的备注/).fill('请拨打 13800138000')
    await page.getByRole('button', { name: '保存走访' }).tap()
    await page.getByText('这看起来像身份证号或手机号').waitFor()
    await page.getByLabel(/^关于房屋的备注/).fill('后门已封')
    await page.getByRole('button', { name: '保存走访' }).tap()
    await page.getByText('已确认：').waitFor()
  })

  test('headcounts are entered with plus and minus', async () => {
    const page = await pageOf('officer', 'my-grid', phone)
    await page.getByRole('button', { name: /^All/ }).tap()
    await rows(page).nth(1).tap()
    const code = (await page.evaluate(() => location.hash)).slice(1)
    await page.getByRole('button', { name: 'Enter headcounts' }).tap()
    await page.getByText('How many live here?').waitFor()
    expect(await axe(page)).toEqual([])
    const typed = page.getByRole('textbox', { name: 'People in The whole house' })
    await typed.fill('two')
    await page.getByText('A whole number from 0').waitFor()
    await typed.fill('4')
    await page.getByRole('button', { name: 'One more in The whole house' }).tap()
    await expect.poll(() => typed.inputValue()).toBe('5')
    await page.getByRole('button', { name: 'Save headcounts' }).tap()
    await page.getByText('Saved: 1 headcount').waitFor()
    await page.locator('.house').getByText('5 people', { exact: true }).waitFor()
    expect(await house(code)).toMatchObject({ heads: 5 })
    expect((await house(code)).needs).not.toContain('headcount')
  })

  test('a session that has ended loses nothing that was typed', async () => {
    const page = await pageOf('officer', 'my-grid', phone)
    await rows(page).first().tap()
    const code = (await page.evaluate(() => location.hash)).slice(1)
    await page.getByRole('button', { name: 'Something else…' }).tap()
    await page.getByRole('radio', { name: /^Something changed/ }).check()
    await page.getByLabel(/^Note about the house/).fill('a floor was added')
    await page.context().clearCookies()
    await page.getByRole('button', { name: 'Save the visit' }).tap()
    await page.getByText('Your session has ended').first().waitFor()
    await page.getByLabel('Account').fill('officer')
    await page.getByLabel('Password', { exact: true }).fill(inject('passwords')['officer']!)
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await expect.poll(() => page.getByLabel(/^Note about the house/).inputValue()).toBe('a floor was added')
    await page.getByRole('button', { name: 'Save the visit' }).tap()
    await page.getByText('Confirmed:').waitFor()
    expect((await house(code)).lastVisit).toMatchObject({ result: 'changed', note: 'a floor was added' })
  })

  test('the whole walk goes by keyboard, on a desk', async () => {
    const page = await pageOf('officer', 'my-grid')
    await rows(page).first().focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.locator('#house-title:focus').waitFor()
    const code = (await page.evaluate(() => location.hash)).slice(1)
    await settle(page)
    const main = page.getByRole('button', { name: 'No change' })
    for (let i = 0; i < 20 && !(await main.evaluate((e) => e === document.activeElement)); i++) await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText('Confirmed:').waitFor()
    expect((await house(code)).lastVisit).toMatchObject({ result: 'no_change', mine: true })
    // The next house has the focus, so that the walk goes on from there.
    await page.locator('#house-title:focus').waitFor()
    await expect.poll(() => page.evaluate(() => location.hash)).not.toBe(`#${code}`)
    expect(await axe(page)).toEqual([])
  })

  test('who has no cells yet is told so, and who has houses elsewhere learns nothing', async () => {
    const operator = await api('operator')
    const name = `new-${run}`
    const { password } = await operator.send<{ password: string }>('POST', '/api/v1/accounts', { name, displayName: '', roles: ['officer'] })
    inject('passwords')[name] = password
    const page = await pageOf(name, 'my-grid', phone)
    await page.getByText('No cells are assigned to you yet').waitFor()
    expect(await axe(page)).toEqual([])
    // As soon as there are some, they appear at the press of a button.
    await operator.send('POST', '/api/v1/assignments', { role: 'officer', person: name, cells: [cells[0]], reason: 'test' })
    await page.getByRole('button', { name: 'Try again' }).tap()
    await rows(page).first().waitFor()
    await operator.send('POST', '/api/v1/assignments', { role: 'officer', person: 'officer', cells: [cells[0]], reason: 'test' })
    // The cells were taken away meanwhile: the house in hand says so and closes.
    await rows(page).first().tap()
    await settle(page)
    await page.getByRole('button', { name: 'No change' }).tap()
    await page.getByText('This house is not in your cells any more').waitFor()
    await page.getByText('No cells are assigned to you yet').waitFor()
  })

  test('a new house is proposed with taps alone', async () => {
    const page = await pageOf('officer', 'my-grid', phone)
    await untilDrawn(page)
    // A house in hand takes the map along: the middle of the whole grid may be nobody's, or somebody else's.
    await rows(page).first().tap()
    await settle(page)
    await page.getByRole('button', { name: 'Back to the list' }).tap()
    await page.getByRole('button', { name: 'New house' }).tap()
    await page.getByRole('button', { name: 'Send to the clerk' }).tap()
    await page.getByText('Draw the outline first.').waitFor()
    await page.getByRole('button', { name: 'Set point at the cross' }).tap()
    await page.getByText('Point set.').waitFor()
    expect(await axe(page)).toEqual([])
    await page.getByLabel(/^Note about the house/).fill(shed)
    await page.getByRole('button', { name: 'Send to the clerk' }).tap()
    await page.getByText('Sent to the clerk.').waitFor()
    await page.getByText(shed).waitFor()
    expect(await axe(page)).toEqual([])
  })
})

describe('the inbox', () => {
  test('a clerk registers what was proposed, and the officer reads the answer', async () => {
    const before = (await get<{ buildings: number }>('/api/v1/map')).buildings
    const page = await pageOf('clerk', 'inbox')
    await untilDrawn(page)
    await rows(page).first().waitFor()
    expect(await axe(page)).toEqual([])
    await rows(page).filter({ hasText: shed }).click()
    await page.getByText('A house that is not in the registry yet').waitFor()
    await page.getByRole('button', { name: 'Register…' }).click()
    await page.getByText('Point set.').waitFor()
    expect(await axe(page)).toEqual([])
    await page.getByLabel('Name', { exact: true }).fill('Shed')
    await page.getByLabel(/^Answer to the officer/).fill(`well seen ${run}`)
    await page.getByRole('button', { name: 'Register building' }).click()
    // Where the cross rested, an earlier test may have left a house.
    const anyway = page.getByRole('button', { name: 'Register anyway' })
    await page.getByText('Accepted:').or(anyway).first().waitFor()
    if (await anyway.isVisible()) {
      await page.getByLabel('Why both are right').fill('a shed under the roof')
      await anyway.click()
      await page.getByText('Accepted:').waitFor()
    }
    expect((await get<{ buildings: number }>('/api/v1/map')).buildings).toBe(before + 1)

    const officer = await pageOf('officer', 'my-grid', phone)
    await officer.getByRole('button', { name: /^Proposals/ }).tap()
    await officer.getByText(`well seen ${run}`).waitFor()
    await officer.locator('.proposal', { hasText: shed }).getByText('Accepted', { exact: true }).waitFor()
  })

  test('a demolition is refused with a reason, another accepted; a correction is made', async () => {
    const officer = await api('officer')
    const mine = (await grid()).houses.filter((h) => h.needs.includes('confirm')).slice(-3)
    const [stands, gone, wrong] = mine.map((h) => h.code) as [string, string, string]
    await officer.send('POST', '/api/v1/proposals', { kind: 'demolition', code: stands, note: 'looks gone' })
    await officer.send('POST', '/api/v1/proposals', { kind: 'demolition', code: gone, note: 'rubble only' })
    await officer.send('POST', '/api/v1/proposals', { kind: 'correction', code: wrong, note: 'one floor more' })
    const floors = ((await get<Building>(`/api/v1/buildings/${wrong}`)).floors ?? 0) + 1
    const page = await pageOf('clerk', 'inbox', { colorScheme: 'dark' })
    await page.getByText('2 demolitions · 1 correction').waitFor()

    // By keyboard alone.
    await rows(page).first().focus()
    while (!(await page.locator('.stop:focus').textContent())!.includes('looks gone')) await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Refuse…' }).press('Enter')
    await page.getByRole('button', { name: 'Refuse', exact: true }).press('Enter')
    await page.getByText('Needed.').waitFor()
    await page.getByLabel('Reason').fill('it stands: only the scaffold is gone')
    await page.getByRole('button', { name: 'Refuse', exact: true }).press('Enter')
    await page.getByText('Refused.').waitFor()
    expect((await get<{ status: string }>(`/api/v1/codes/${stands}`)).status).toBe('active')

    await page.getByRole('button', { name: 'Back to the list' }).click()
    await rows(page).filter({ hasText: 'rubble only' }).click()
    await page.locator('.house .chip', { hasText: 'In use' }).waitFor()
    expect(await axe(page)).toEqual([])
    await page.getByRole('button', { name: 'Retire…' }).click()
    await page.getByRole('button', { name: 'Retire building' }).click()
    await page.getByText('Accepted:').waitFor()
    expect(await get<object>(`/api/v1/codes/${gone}`)).toMatchObject({ status: 'retired', retiredAs: 'demolished' })

    await page.getByRole('button', { name: 'Correct…' }).click()
    await page.getByLabel('Floors', { exact: true }).fill(`${floors}`)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('The inbox is empty').waitFor()
    expect((await get<Building>(`/api/v1/buildings/${wrong}`)).floors).toBe(floors)
    expect((await house(stands)).needs).not.toContain('proposal_open')
  })

  test('is closed to who is no clerk, and says so', async () => {
    const page = await pageOf('officer', 'inbox')
    await page.getByText(/This page is for clerks/).waitFor()
    expect(await axe(page)).toEqual([])
    await page.getByRole('main').getByRole('link', { name: 'My grid' }).click()
    await rows(page).first().waitFor()
  })
})

describe('people on the card', () => {
  const target = () => houses.find((h) => cells.includes(h.cell!))!

  test('a clerk asks, states, takes back, and brings a table', async () => {
    const { code, point } = target()
    const page = await pageOf('clerk', `${viewOf(point as [number, number], 18)}/${code}`)
    await page.getByRole('button', { name: 'Show how many live here' }).click()
    await page.locator('.people').waitFor()
    await page.getByRole('button', { name: 'State headcounts' }).click()
    const typed = page.getByRole('textbox', { name: 'People in The whole house' })
    await typed.fill(`${heads}`)
    await page.getByLabel('Who says so').selectOption({ label: 'Declared · landlord' })
    await page.getByRole('button', { name: 'Save headcounts' }).click()
    await page.locator('.people').getByText(`${heads} people`).waitFor()
    await page.locator('.statements').getByText(/Declared · landlord/).first().waitFor()
    expect(await axe(page)).toEqual([])

    await page.getByRole('button', { name: 'Upload a table' }).click()
    await page.getByLabel('Table', { exact: true }).fill(`code,heads,evidence,declarer\n${code},x,declared,landlord\n`)
    await page.getByRole('button', { name: 'Try it' }).click()
    await page.getByText(/heads:/).waitFor()
    await page.getByLabel('Table', { exact: true }).fill(`房屋编码,居住人数\n${code},${heads + 1}\n`)
    await page.getByRole('button', { name: 'Try it' }).click()
    await page.getByText('1 row would be taken').waitFor()
    await page.getByRole('button', { name: 'Take 1 row' }).click()
    await page.locator('.people').getByText(`${heads + 1} people`).waitFor()

    await page.getByRole('button', { name: /^Take back what was stated for The whole house/ }).first().click()
    await page.getByRole('dialog').getByLabel('Reason').fill('another house')
    await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click()
    await page.locator('.people').getByText(`${heads + 1} people`).waitFor({ state: 'detached' })
  })

  test('the administrator of the cell sees who looked; the public sees no section at all', async () => {
    const { code, point } = target()
    const hash = `${viewOf(point as [number, number], 18)}/${code}`
    const page = await pageOf('administrator', hash)
    await page.getByRole('button', { name: 'Show who looked' }).click()
    await page.locator('.looked').getByText('clerk').first().waitFor()
    await expect.poll(() => page.getByRole('button', { name: 'State headcounts' }).count()).toBe(0)
    expect(await axe(page)).toEqual([])
    const visitor = await openPage(browser, watch, {}, hash)
    await visitor.getByRole('heading', { name: 'Facts' }).waitFor()
    await expect.poll(() => visitor.getByText('Show how many live here').count()).toBe(0)
    await expect.poll(() => codeOnCard(visitor)).toBe(code)
  })

  test('an officer of other cells is told no more than that', async () => {
    const mine = (await grid()).cells
    const elsewhere = (await get<{ buildings: Building[] }>('/api/v1/buildings?limit=60')).buildings.find((b) => !mine.includes(b.cell!))!
    const page = await pageOf('officer', `${viewOf(elsewhere.point as [number, number], 18)}/${elsewhere.code}`)
    await page.getByRole('button', { name: 'Show how many live here' }).click()
    await page.getByText('Your account may not see how many live in this house.').waitFor()
  })
})

describe('every page', () => {
  test('asks a stranger to sign in, and lets the person in', async () => {
    const page = await openPage(browser, watch, phone, 'my-grid')
    await page.getByText(/This page is for officers/).waitFor()
    expect(await axe(page)).toEqual([])
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).tap()
    await page.getByLabel('Account').fill('officer')
    await page.getByLabel('Password', { exact: true }).fill(inject('passwords')['officer']!)
    await page.keyboard.press('Enter')
    await rows(page).first().waitFor()
    // On a phone the pages stand in the menu.
    await page.getByRole('button', { name: 'Menu' }).tap()
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'House map' }).tap()
    await page.locator('#search').waitFor()
  })

  test('a clerk finds the pages of clerks in the bar', async () => {
    const page = await openPage(browser, watch, {})
    await signIn(page)
    await expect.poll(() => page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allTextContents()).toEqual(['House map', 'Inbox', 'Dispatch', 'Grid'])
    expect(await axe(page)).toEqual([])
  })

  test('an address that is none leads back to the map', async () => {
    const page = await openPage(browser, watch, {}, 'no-such-page')
    await page.getByRole('link', { name: 'To the house map' }).click()
    await page.locator('#search').waitFor()
  })

  test('is light at first load', async () => {
    for (const [name, path] of [['officer', 'my-grid'], ['clerk', 'inbox']] as const) {
      const page = await pageOf(name, path)
      await untilDrawn(page)
      const sizes = await page.evaluate(() =>
        [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map((e) => [new URL(e.name).pathname, (e as PerformanceResourceTiming).encodedBodySize] as const),
      )
      const app = sizes.filter(([at]) => at === `/${path}` || at.startsWith('/assets/'))
      const sum = app.reduce((total, [, size]) => total + size, 0)
      console.log(`/${path}: first load ${Math.round(sum / 1000)} kB compressed`)
      expect(sum).toBeLessThanOrEqual(500_000)
    }
  })

  test('keeps to its host and complains of nothing', () => {
    expect(watch.outside).toEqual([])
    expect(watch.complaints).toEqual([])
  })
})
