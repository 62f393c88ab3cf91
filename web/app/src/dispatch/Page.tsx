// The dispatch page: questions and numbers beside the map.
import { useEffect } from 'preact/hooks'
import { Sheet } from '../shell/Sheet'
import { texts } from '../i18n'
import { Dialog } from '../ui/Dialog'
import { Icon } from '../ui/Icon'
import { CellCard } from './CellCard'
import { Controls } from './Controls'
import { DensityView } from './DensityView'
import { Legend } from './Legend'
import { Ranked } from './Ranked'
import { Who } from './Who'
import { answered, keepAnswered } from './answer'
import { keepStep } from './desk'
import { keepTrue } from './follow'
import { helpOpen, pageKeys } from './keys'
import { words } from './texts'

export function Page() {
  useEffect(() => {
    const stops = [keepStep(), keepTrue(), keepAnswered()]
    addEventListener('keydown', pageKeys)
    return () => {
      removeEventListener('keydown', pageKeys)
      for (const stop of stops) stop()
    }
  }, [])
  const w = words.value
  return (
    <>
      <div class="stage">
        <Sheet about={answered.value?.cell ?? null}>
          <div class="dispatch">
            <Who />
            <CellCard />
            <Controls />
            <Legend />
            <Ranked />
            <button type="button" class="button quiet start" aria-keyshortcuts="?" onClick={() => (helpOpen.value = true)}>
              <Icon name="keyboard" /> {w.keys}
            </button>
          </div>
        </Sheet>
        <DensityView />
      </div>
      {helpOpen.value && (
        <Dialog title={texts.value.life.keys.open} onClose={() => (helpOpen.value = false)}>
          <dl class="dialog-body key-list">
            {w.keyList.map(([key, deed]) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{deed}</dd>
              </div>
            ))}
          </dl>
        </Dialog>
      )}
    </>
  )
}
