// What can happen to the open house beyond its facts, as buttons of its card.
import type { Building } from '../api/types'
import { texts } from '../i18n'
import { Icon } from '../ui/Icon'
import { take } from '../view/desk'

export function LifeTools({ building }: { building: Building }) {
  const t = texts.value
  if (building.status !== 'active') return null
  return (
    <>
      {building.geometry && building.geometry.type !== 'Point' && (
        <>
          <button type="button" class="button" aria-keyshortcuts="S" onClick={() => take('split')}>
            <Icon name="split" /> {t.life.split}
          </button>
          <button type="button" class="button" aria-keyshortcuts="M" onClick={() => take('merge')}>
            <Icon name="merge" /> {t.life.merge}
          </button>
        </>
      )}
    </>
  )
}

/** Only what ended by demolition or was voided can live again; a split or a merge is taken back by its event. */
export const canRevive = ({ status, retiredAs }: Building): boolean => status === 'void' || (status === 'retired' && (retiredAs === 'demolished' || retiredAs === 'not_realised'))

export function ReviveTool() {
  const t = texts.value
  return (
    <div class="tools" role="group" aria-label={t.clerk.tools}>
      <button type="button" class="button" onClick={() => take('revive')}>
        <Icon name="undo" /> {t.life.revive}
      </button>
    </div>
  )
}
