// A password as the server made it: shown this once, and gone when the dialog closes.
import { Dialog } from '../ui/Dialog'
import { Icon } from '../ui/Icon'
import { say } from '../view/desk'
import { t } from './texts'

interface Props {
  name: string
  password: string
  onClose(): void
}

export function PasswordDialog({ name, password, onClose }: Props) {
  const m = t.value
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(password)
      say(m.copied)
    } catch {
      say(m.copyFailed)
    }
  }
  return (
    <Dialog title={m.passwordTitle(name)} onClose={onClose}>
      <div class="dialog-body">
        <p class="password-once">
          <code>{password}</code>
        </p>
        <p class="quiet-text">{m.passwordText}</p>
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={() => void copy()}>
            <Icon name="copy" /> {m.copy}
          </button>
          <button type="button" class="button primary" onClick={onClose}>
            {m.close}
          </button>
        </footer>
      </div>
    </Dialog>
  )
}
