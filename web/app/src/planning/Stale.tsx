import { useState } from 'preact/hooks'
import type { Answer } from '../api/http'
import { texts } from '../i18n'
import * as api from './api'
import type { Zone } from './api'

/** The way on after somebody else changed the zone: the new version is loaded, what was typed stays. */
export function Stale({ id, onFresh }: { id: string; onFresh(zone: Answer<Zone>): void }) {
  const t = texts.value
  const [failed, setFailed] = useState(false)
  const load = () => api.zone(id).then(onFresh, () => setFailed(true))
  return (
    <>
      <p>{failed ? t.card.failed : t.trouble.staleHint}</p>
      <button type="button" class="button" onClick={() => void load()}>
        {t.trouble.reload}
      </button>
    </>
  )
}
