// What people do on the page, by the names they see.
import type { Locator, Page } from 'playwright-core'
import { inject } from 'vitest'

export const card = (page: Page): Locator => page.locator('.card')
export const plate = (page: Page): Locator => page.locator('.card .plate-code')

export async function signIn(page: Page, role = 'clerk'): Promise<void> {
  await page.getByRole('button', { name: 'Sign in' }).first().click()
  await page.getByLabel('Account').fill(role)
  await page.getByLabel('Password', { exact: true }).fill(inject('passwords')[role]!)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
}

/** Clicks the map so many pixels away from its middle. */
export async function clickMap(page: Page, x = 0, y = 0): Promise<void> {
  const box = (await page.locator('.map-canvas').boundingBox())!
  await page.mouse.click(box.x + box.width / 2 + x, box.y + box.height / 2 + y)
}

/** Draws a square around the middle of the map with the mouse, finished by a click on its first corner. */
export async function drawSquare(page: Page, half: number, x = 0, y = 0): Promise<void> {
  await page.getByText('Click the corners of the house').first().waitFor()
  await page.waitForTimeout(200) // the pen comes to the map a moment after its words
  for (const [dx, dy] of [[-half, -half], [half, -half], [half, half], [-half, half], [-half, -half]] as const) {
    await clickMap(page, x + dx, y + dy)
  }
  await page.getByText('Outline closed').first().waitFor()
}

export async function codeOnCard(page: Page): Promise<string> {
  return (await plate(page).textContent())!.replace(/\s/g, '')
}
