// Name, pages, and what concerns the page as a whole. On a phone all but the page's own part folds into a menu.
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { chooseLang, lang, texts } from '../i18n'
import { AccountButton } from '../session/AccountButton'
import { Icon, type IconName } from '../ui/Icon'
import { link, say } from '../view/desk'
import { type ThemeChoice, chooseTheme, themeChoice } from '../view/theme'
import { PageLinks, PageNav, isPhone } from './PageNav'
import { myPages, pageOpen } from './pages'

interface Props {
  /** What belongs to the open page: the house map's search. */
  bar?: ComponentChildren
  live: boolean
  /** Opens the page's list of keys. */
  onHelp?: () => void
}

export function TopBar({ bar: own, live, onHelp }: Props) {
  const t = texts.value
  const several = myPages.value.length > 1
  const [menu, setMenu] = useState(false)
  const bar = useRef<HTMLElement>(null)
  useEffect(() => {
    if (!menu) return
    const outside = (event: Event) => {
      if (!bar.current?.querySelector('.settings, .menu-button')?.parentElement?.contains(event.target as Node)) setMenu(false)
    }
    addEventListener('pointerdown', outside)
    return () => removeEventListener('pointerdown', outside)
  }, [menu])
  return (
    <header class="topbar" ref={bar}>
      <h1 class={`brand${own ? '' : ' alone'}`}>
        <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
          <rect width="32" height="32" rx="6" fill="var(--plate)" />
          <rect x="3" y="3" width="26" height="26" rx="4" fill="none" stroke="var(--on-plate)" stroke-width="1.5" />
          <path d="M8 16.5 16 9l8 7.5M10.5 15v8.5h11V15" fill="none" stroke="var(--on-plate)" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" />
        </svg>
        <span class="brand-name">{t.brand}</span>
        <span class={`brand-title${several && !isPhone.value ? ' visually-hidden' : ''}`}>{t.pages.names[pageOpen.value]}</span>
      </h1>
      <PageNav />
      {own}
      {live && <Live />}
      <div
        class="top-end"
        onKeyDown={(event) => {
          if (event.key === 'Escape' && menu) {
            event.stopPropagation()
            setMenu(false)
            bar.current?.querySelector<HTMLElement>('.menu-button')?.focus()
          }
        }}
      >
        <button type="button" class="icon-button menu-button" aria-expanded={menu} aria-controls="settings" aria-label={t.menu.open} onClick={() => setMenu(!menu)}>
          <Icon name="menu" />
        </button>
        <div class={`settings${menu ? ' open' : ''}`} id="settings">
          {isPhone.value && several && <PageLinks />}
          <ThemeChooser />
          <button type="button" class="button quiet" lang={lang.value === 'zh' ? 'en' : 'zh-Hans'} onClick={() => chooseLang(lang.value === 'zh' ? 'en' : 'zh').catch(() => say(t.trouble.unreachable))}>
            {t.language.switchTo}
          </button>
          {onHelp && (
            <button type="button" class="icon-button" aria-label={t.life.keys.open} title={t.life.keys.open} aria-keyshortcuts="?" onClick={onHelp}>
              <Icon name="keyboard" />
            </button>
          )}
          <AccountButton />
        </div>
      </div>
    </header>
  )
}

const themes: readonly (readonly [ThemeChoice, IconName])[] = [
  ['system', 'system'],
  ['light', 'sun'],
  ['dark', 'moon'],
]

function ThemeChooser() {
  const t = texts.value
  return (
    <div class="segmented icons" role="group" aria-label={t.theme.label}>
      {themes.map(([choice, icon]) => (
        <button key={choice} type="button" aria-pressed={themeChoice.value === choice} aria-label={t.theme[choice]} title={t.theme[choice]} onClick={() => chooseTheme(choice)}>
          <Icon name={icon} />
        </button>
      ))}
    </div>
  )
}

function Live() {
  const t = texts.value
  const state = link.value
  const hint = state === 'lost' ? t.live.lostHint : t.live.liveHint
  return (
    <span class={`live ${state}`} role="status" title={hint}>
      <span class="live-dot" aria-hidden="true" />
      <span class="live-word">{t.live[state]}</span>
    </span>
  )
}
