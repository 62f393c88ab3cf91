import type { Building, State } from '../api/types'
import { texts } from '../i18n'

/** A small square in the colour the map gives the state; the words stand beside it, so colour is never alone. */
export const StateMark = ({ state }: { state: State | null }) => <span class={`state-mark ${state ?? 'unknown'}`} aria-hidden="true" />

export function Chips({ building }: { building: Building }) {
  const t = texts.value
  const { state, status, inQuestion, retiredAs } = building
  return (
    <ul class="chips">
      {state && (
        <li class="chip">
          <StateMark state={state} /> {t.state[state]}
        </li>
      )}
      <li class={`chip status-${status}`}>
        {t.status[status]}
        {retiredAs && status === 'retired' ? `: ${t.retiredAs[retiredAs]}` : ''}
      </li>
      {inQuestion && <li class="chip warn">{t.card.inQuestion}</li>}
    </ul>
  )
}
