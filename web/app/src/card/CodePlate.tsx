// The code as it hangs beside the door: in fours, on enamel.
import { texts } from '../i18n'
import { inFours } from '../registry/code'
import { Icon } from '../ui/Icon'
import { say } from '../view/desk'

export function CodePlate({ code, dim }: { code: string; dim: boolean }) {
  const t = texts.value
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(code)
      say(t.card.copied)
    } catch {
      say(t.card.copyFailed)
    }
  }
  return (
    <div class={`plate${dim ? ' dim' : ''}`}>
      <span class="plate-code">{inFours(code)}</span>
      <button type="button" class="icon-button plate-copy" aria-label={t.card.copy} title={t.card.copy} onClick={() => void copy()}>
        <Icon name="copy" />
      </button>
    </div>
  )
}
