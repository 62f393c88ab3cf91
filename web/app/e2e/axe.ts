import AxeSource from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe finds wrong with the page as it is now: nothing, if all is well. */
export async function axe(page: Page): Promise<string[]> {
  await page.evaluate(AxeSource.source)
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof AxeSource }).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    })
    return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)
  })
}
