// The pages of the site, and who has a use for each. The server decides what anybody may read or do; this only keeps
// doors out of sight that would not open.
import { computed, effect, signal } from '@preact/signals'
import type { Role } from '../api/types'
import { lang, texts } from '../i18n'
import { account } from '../view/desk'

export type PageName = 'map' | 'myGrid' | 'inbox' | 'grid' | 'people' | 'dispatch' | 'planning'

interface PageEntry {
  name: PageName
  path: string
  /** Without roles the page is everybody's. */
  roles: readonly Role[] | null
}

export const pages: readonly PageEntry[] = [
  { name: 'map', path: '/', roles: null },
  { name: 'myGrid', path: '/my-grid', roles: ['officer'] },
  { name: 'inbox', path: '/inbox', roles: ['clerk'] },
  { name: 'dispatch', path: '/dispatch', roles: ['dispatcher', 'clerk', 'officer', 'administrator'] },
  { name: 'grid', path: '/grid', roles: ['administrator', 'operator', 'clerk', 'dispatcher'] },
  { name: 'people', path: '/people', roles: ['operator'] },
  { name: 'planning', path: '/planning', roles: ['planner'] },
]

export const mayUse = (page: PageEntry, roles: readonly Role[]): boolean => page.roles === null || page.roles.some((role) => roles.includes(role))

/** The page that is open. */
export const pageOpen = signal<PageName>('map')

/** The pages that the signed-in roles may use. */
export const myPages = computed(() => pages.filter((page) => mayUse(page, account.value?.roles ?? [])))

effect(() => {
  const t = texts.value
  if (pageOpen.value === 'map') document.title = lang.value === 'zh' ? '房码 Fangma：房屋地图' : 'Fangma 房码: house map'
  else document.title = `${t.pages.names[pageOpen.value]} · ${t.brand}`
})
