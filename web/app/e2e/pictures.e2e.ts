// Takes the README's pictures into screenshots/: SCREENSHOTS=1 npm run e2e. They show the bundled sample.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, test } from 'vitest'
import type { Building, Position } from '../src/api/types'
import { launch, newWatch, openPage, untilShown } from './browser'
import { clickMap, drawSquare, plate, signIn } from './pages'
import { callerOf, pageOf } from './roles'
import { housesAround, openGround, viewOf } from './town'

const town: Position = [9.5035, 47.0662] // Balzers, the best mapped community of the sample

let browser: Browser
let houses: Building[]

beforeAll(async () => {
  browser = await launch()
  houses = await housesAround(town, 0.001)
})
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()))
})
afterAll(async () => {
  await browser?.close()
})

async function at(hash: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await openPage(browser, newWatch(), { deviceScaleFactor: 1, ...options }, hash)
  await untilShown(page, (n) => n >= 0)
  await page.waitForTimeout(800)
  return page
}

const take = async (page: Page, name: string) => {
  await page.waitForTimeout(6000) // until the last notice has gone
  await page.screenshot({ path: new URL(`../screenshots/${name}.png`, import.meta.url).pathname })
}

const house = () => houses.toSorted((a, b) => (b.name + b.address).length - (a.name + a.address).length)[0]!

test('the town', async () => take(await at(''), 'town'))

test('a house, light, Chinese', async () => {
  const page = await at(`${viewOf(house().point as Position, 16.8)}/${house().code}`, { locale: 'zh-CN' })
  await plate(page).waitFor()
  await take(page, 'house-zh')
})

test('a house being edited, dark, English', async () => {
  const page = await at(`${viewOf(house().point as Position, 16.8)}/${house().code}`, { colorScheme: 'dark' })
  await signIn(page)
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  await page.getByLabel(/^Floors/).fill('3')
  await take(page, 'edit-dark')
})

test('the guard', async () => {
  const ground = await openGround(town)
  const page = await at(viewOf(ground, 18.6))
  await signIn(page)
  for (const half of [70, 66]) {
    await page.getByRole('button', { name: 'New building' }).click()
    await drawSquare(page, half)
    await page.getByRole('button', { name: 'Register building' }).click()
    if (half === 70) {
      await plate(page).waitFor()
      await page.getByRole('button', { name: 'Close' }).click()
    } else await page.getByRole('alert').first().waitFor()
  }
  await take(page, 'guard')
})

test('on a phone', async () => {
  const page = await at(viewOf(house().point as Position, 17), { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2, locale: 'zh-CN' })
  await clickMap(page)
  await plate(page).waitFor()
  await take(page, 'phone')
})

test('who answers where', async () => take(await pageOf(browser, newWatch(), await callerOf('administrator'), '/grid'), 'grid'))

test('where people are', async () => take(await pageOf(browser, newWatch(), await callerOf('dispatcher'), '/dispatch', { colorScheme: 'dark' }), 'dispatch-dark'))

test('development zones', async () => take(await pageOf(browser, newWatch(), await callerOf('planner'), '/planning'), 'planning'))

test("an officer's day, on a phone", async () => {
  const phone = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2, locale: 'zh-CN' }
  await take(await pageOf(browser, newWatch(), await callerOf('officer'), '/my-grid', phone), 'my-grid')
})
