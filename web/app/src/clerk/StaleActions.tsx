import { useState } from 'preact/hooks'
import type { Answer } from '../api/http'
import * as registry from '../api/registry'
import type { Building } from '../api/types'
import { texts } from '../i18n'

interface Props {
  code: string
  onFresh(building: Answer<Building>): void
}

/** The way on after a 412: the new version is loaded, what was typed stays. */
export function StaleActions({ code, onFresh }: Props) {
  const t = texts.value
  const [failed, setFailed] = useState(false)
  const load = async () => {
    setFailed(false)
    try {
      onFresh(await registry.building(code))
    } catch {
      setFailed(true)
    }
  }
  return (
    <>
      <p>{failed ? t.card.failed : t.trouble.staleHint}</p>
      <button type="button" class="button" onClick={() => void load()}>
        {t.trouble.reload}
      </button>
    </>
  )
}
