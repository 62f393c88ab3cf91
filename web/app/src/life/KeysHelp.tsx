import { texts } from '../i18n'
import { Dialog } from '../ui/Dialog'
import { isClerk } from '../view/desk'
import { helpOpen } from './keys'

/** Which keys there are. What only clerks can do is listed for clerks. */
export function KeysHelp() {
  const t = texts.value
  const rows: [string, string][] = [
    ['/', t.life.keys.search],
    ['T', t.life.keys.time],
    ...(isClerk.value
      ? ([
          ['S', t.life.keys.split],
          ['M', t.life.keys.merge],
          ['R', t.life.keys.retire],
          ['Enter', t.life.keys.commit],
        ] as [string, string][])
      : []),
    ['Esc', t.life.keys.back],
    ['?', t.life.keys.help],
  ]
  return (
    <Dialog title={t.life.keys.title} onClose={() => (helpOpen.value = false)}>
      <div class="dialog-body">
        <dl class="keys-list">
          {rows.map(([key, what]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <p class="quiet-text">{t.life.keys.map}</p>
      </div>
    </Dialog>
  )
}
