// The language of the UI: what was chosen before, else the browser's, else English.
import { computed, effect, signal } from '@preact/signals'
import { recall, remember } from '../view/memory'
import type { Messages } from './messages'

export type Lang = 'zh' | 'en'

/** A phone loads the language it speaks, and the other when it is chosen. */
const load: Record<Lang, () => Promise<Messages>> = {
  zh: async () => (await import('./zh')).zh,
  en: async () => (await import('./en')).en,
}
const tags: Record<Lang, string> = { zh: 'zh-Hans', en: 'en' }

export function preferredLang(remembered: string | null, browser: readonly string[]): Lang {
  if (remembered === 'zh' || remembered === 'en') return remembered
  for (const tag of browser) {
    const primary = tag.toLowerCase().split('-')[0]
    if (primary === 'zh' || primary === 'en') return primary
  }
  return 'en'
}

export const lang = signal<Lang>(preferredLang(recall('lang'), navigator.languages))

// Nothing can be shown before its words are here, so the page waits for them.
const first = lang.peek()
const loaded = signal<Partial<Record<Lang, Messages>>>({ [first]: await load[first]() })

/** The texts of the present language; reading it in a component follows the language. */
export const texts = computed(() => loaded.value[lang.value]!)

/** Fails when the language cannot be loaded; the present one stays. */
export async function chooseLang(next: Lang): Promise<void> {
  if (!loaded.peek()[next]) loaded.value = { ...loaded.peek(), [next]: await load[next]() }
  remember('lang', next)
  lang.value = next
}

/** The texts of one page, which come with that page alone: its own dictionary in the present language. */
export const pageTexts = <T>(of: Record<Lang, T>) => computed(() => of[lang.value])

effect(() => {
  document.documentElement.lang = tags[lang.value]
})

/** A registry date (2013-08-03) as people of the language write it. */
export function showDate(date: string, language: Lang): string {
  const day = new Date(`${date}T00:00:00Z`)
  if (Number.isNaN(day.getTime())) return date
  return new Intl.DateTimeFormat(tags[language], { dateStyle: 'medium', timeZone: 'UTC' }).format(day)
}

/** An instant in the registry's own time zone, to the minute. */
export function showInstant(instant: string, language: Lang, timeZone: string): string {
  const at = new Date(instant)
  if (Number.isNaN(at.getTime())) return instant
  return new Intl.DateTimeFormat(tags[language], { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(at)
}
