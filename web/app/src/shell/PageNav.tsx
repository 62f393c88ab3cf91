// The way from page to page: in the bar while it fits, else behind a button with the open page's name. On a phone it
// stands in the bar's menu.
import { signal } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import { texts } from '../i18n'
import { Icon } from '../ui/Icon'
import { leaving } from '../view/desk'
import { myPages, pageOpen } from './pages'

const narrow = matchMedia('(max-width: 720px)')
export const isPhone = signal(narrow.matches)
narrow.addEventListener('change', () => (isPhone.value = narrow.matches))

const fewest = 4 // that a bar has room for beside the search

export function PageNav() {
  const list = myPages.value
  if (isPhone.value || list.length < 2) return null
  return list.length > fewest ? <Folded /> : <PageLinks />
}

export function PageLinks() {
  const t = texts.value
  return (
    <nav class="pages" aria-label={t.pages.label}>
      <ul>
        {myPages.value.map(({ name, path }) => (
          <li key={name}>
            <a
              href={path}
              {...(name === pageOpen.value ? { 'aria-current': 'page' as const } : {})}
              onClick={(event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
                event.preventDefault()
                leaving(() => location.assign(path))
              }}
            >
              {t.pages.names[name]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function Folded() {
  const t = texts.value
  const [open, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!open) return
    const outside = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false)
    }
    addEventListener('pointerdown', outside)
    return () => removeEventListener('pointerdown', outside)
  }, [open])
  return (
    <div
      class="pages-fold"
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return
        event.stopPropagation()
        setOpen(false)
        box.current?.querySelector('button')?.focus()
      }}
      onFocusOut={(event) => {
        if (event.relatedTarget instanceof Node && !box.current?.contains(event.relatedTarget)) setOpen(false)
      }}
    >
      <button type="button" class="button quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t.pages.names[pageOpen.value]} <Icon name="down" />
      </button>
      {open && <PageLinks />}
    </div>
  )
}
