// The panel beside the map; on a phone a sheet over the map's lower part that can be pulled up.
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { texts } from '../i18n'
import { Icon } from '../ui/Icon'

interface Props {
  /** What is in hand: when it becomes another, the sheet takes the height that suits it. */
  about: unknown
  /** Whether what is in hand needs room more than the map does. */
  roomy?: boolean
  children: ComponentChildren
}

export function Sheet({ about, roomy = false, children }: Props) {
  const t = texts.value
  const [tall, setTall] = useState(false)
  useEffect(() => setTall(roomy), [about])
  return (
    <main class={`panel${tall ? ' tall' : ''}`} id="panel">
      <button type="button" class="sheet-handle" aria-expanded={tall} aria-controls="panel" aria-label={tall ? t.card.less : t.card.more} onClick={() => setTall(!tall)}>
        <Icon name={tall ? 'down' : 'up'} />
      </button>
      <div class="panel-body">{children}</div>
    </main>
  )
}
