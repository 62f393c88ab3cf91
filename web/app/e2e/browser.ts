// A browser, and pages that are watched: what leaves the host, what the policy refuses, what the console complains of.
import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, type Page, type Response, chromium } from 'playwright-core'
import { inject } from 'vitest'

const candidates = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export async function launch(): Promise<Browser> {
  const executablePath = candidates.find((path) => path && existsSync(path))
  if (!executablePath) {
    throw new Error('Chromium is not installed. Run: apt-get install -y chromium fonts-noto-cjk   (or name one in CHROMIUM)')
  }
  const open = (...more: string[]) =>
    chromium.launch({
      executablePath,
      args: ['--enable-unsafe-swiftshader', '--disable-background-networking', '--disable-component-update', '--disable-default-apps', '--disable-sync', '--no-first-run', ...more],
    })
  // Chromium's own sandbox refuses to run as root, and cannot run where a container forbids it. Only this server is visited.
  if (process.getuid?.() === 0) return open('--no-sandbox')
  return open().catch(() => open('--no-sandbox'))
}

export interface Tile {
  url: string
  bytes: Uint8Array
}

/** What all pages of a run did, together. */
export interface Watch {
  outside: string[]
  complaints: string[]
  tiles: Map<string, Tile>
  bytes: { url: string; size: number }[]
}

export const newWatch = (): Watch => ({ outside: [], complaints: [], tiles: new Map(), bytes: [] })

// What a page may say without it being a fault: the refusals the tests ask for, and the driver's remarks about reading pixels.
const expected = [/GPU stall due to ReadPixels/, /GL Driver Message/, /status of (401|403|404|409|412|422|429)/]

export async function openPage(browser: Browser, watch: Watch, options: BrowserContextOptions = {}, hash = '', path = '/'): Promise<Page> {
  const base = inject('base')
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', baseURL: base, ...options })
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`))
  })
  context.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(base) && !url.startsWith('data:') && !url.startsWith('blob:')) watch.outside.push(url)
  })
  context.on('response', (response) => void keep(response, watch))
  context.on('console', (message) => {
    if (message.type() === 'error' && !expected.some((e) => e.test(message.text()))) watch.complaints.push(message.text())
  })
  context.on('weberror', (error) => watch.complaints.push(String(error.error().stack)))
  const page = await context.newPage()
  await page.goto(path + hash)
  return page
}

async function keep(response: Response, watch: Watch): Promise<void> {
  const url = response.url()
  if (response.status() !== 200 || !url.includes('/tiles/') || !url.split('?')[0]!.endsWith('.mvt')) return
  try {
    const bytes = new Uint8Array(await response.body())
    watch.tiles.set(`${url} ${bytes.length}`, { url, bytes })
  } catch {
    // The page went away before the body was here; another request brings the tile again.
  }
}

/** How many houses the resting map shows. */
export async function shown(page: Page): Promise<number> {
  return Number((await page.locator('.map-canvas').getAttribute('data-buildings')) ?? '-1')
}

/** Waits until the map is at rest and the count fits. */
export async function untilShown(page: Page, fits: (buildings: number) => boolean, timeout = 30_000): Promise<number> {
  const end = Date.now() + timeout
  for (;;) {
    const now = await shown(page)
    if (fits(now)) return now
    if (Date.now() > end) throw new Error(`the map shows ${now} buildings`)
    await page.waitForTimeout(20)
  }
}

/** The different colours of the map as it is on the screen: a blank map has one. */
export async function coloursOf(page: Page): Promise<number> {
  const png = (await page.locator('.map-canvas canvas').screenshot()).toString('base64')
  return page.evaluate(async (data) => {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0))
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
    const canvas = new OffscreenCanvas(image.width, image.height)
    const context = canvas.getContext('2d')!
    context.drawImage(image, 0, 0)
    const pixels = new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer)
    return new Set(pixels).size
  }, png)
}

/** What the page and its files weighed on the way, in bytes; its data and tiles are not counted. */
export async function firstLoad(page: Page): Promise<number> {
  const files = await page.evaluate(() =>
    [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .filter((e) => e.entryType === 'navigation' || new URL(e.name).pathname.startsWith('/assets/'))
      .map((e) => [new URL(e.name).pathname, (e as PerformanceResourceTiming).encodedBodySize] as const),
  )
  const sum = files.reduce((total, [, size]) => total + size, 0)
  console.log(`first load ${Math.round(sum / 1000)} kB compressed:`, files)
  return sum
}
