import { texts } from '../i18n'
import { Dialog } from '../ui/Dialog'
import { pendingLeave } from '../view/desk'

/** Asked before something typed or drawn is lost. */
export function LeaveDialog() {
  const t = texts.value
  const leave = () => {
    const step = pendingLeave.value
    pendingLeave.value = null
    step?.()
  }
  return (
    <Dialog title={t.clerk.leaveTitle} onClose={() => (pendingLeave.value = null)}>
      <div class="dialog-body">
        <p>{t.clerk.leaveText}</p>
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={leave}>
            {t.clerk.leave}
          </button>
          <button type="button" class="button primary" autoFocus onClick={() => (pendingLeave.value = null)}>
            {t.clerk.stay}
          </button>
        </footer>
      </div>
    </Dialog>
  )
}
