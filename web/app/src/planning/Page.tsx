// The planning page: the desk with its map, or a report.
import { useEffect, useState } from 'preact/hooks'
import type { Answer } from '../api/http'
import { Sheet } from '../shell/Sheet'
import { pendingLeave, signInOpen } from '../view/desk'
import * as api from './api'
import type { Zone } from './api'
import { DivisionsForm } from './DivisionsForm'
import { Report } from './Report'
import { UploadForm } from './UploadForm'
import { ZoneCard } from './ZoneCard'
import { DrawZone, EditFacts, EditOutline, EndZone } from './ZoneForm'
import { ZoneList } from './ZoneList'
import { ZoneView } from './ZoneView'
import { act, isPlanner, keepStep, keepTrue, openId, openZone, openZoneById, putDown, zones } from './desk'
import { followPaths, reportShown } from './paths'
import { words } from './texts'
import { elsewhen } from '../time/moment'

export function Page() {
  useEffect(followPaths, [])
  useEffect(keepTrue, [])
  return reportShown.value ? <Report address={reportShown.value} /> : <Desk />
}

function Desk() {
  useEffect(() => {
    const stop = keepStep()
    addEventListener('keydown', keys)
    return () => {
      removeEventListener('keydown', keys)
      stop()
    }
  }, [])
  const now = act.value
  const may = isPlanner.value && !elsewhen.value
  return (
    <div class="stage">
      <Sheet about={`${openId.value} ${now}`} roomy={now === 'upload' || now === 'divisions' || now === 'facts' || now === 'end'}>
        <Body key={`${openId.value} ${may ? now : ''}`} may={may} />
      </Sheet>
      <ZoneView />
    </div>
  )
}

function Body({ may }: { may: boolean }) {
  const now = may ? act.value : 'none'
  if (now === 'draw') return <DrawZone />
  if (now === 'upload') return <UploadForm />
  if (now === 'divisions') return <DivisionsForm />
  const zone = openZone.value
  if (zone && now !== 'none') return <Change id={zone.id} />
  if (zone) return <ZoneCard zone={zone} />
  // A zone that is not of this day, or that is gone, gives way to those that are.
  return zones.value.state === 'loading' && openId.value !== null ? null : <ZoneList />
}

/** A change begins with the zone as it is now, and its ETag. */
function Change({ id }: { id: string }) {
  const w = words.value
  const [start, setStart] = useState<Answer<Zone> | null>(null)
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    api.zone(id).then(setStart, () => setFailed(true))
  }, [id])
  if (failed) {
    return (
      <section class="planning">
        <p role="alert">{w.failed}</p>
        <button type="button" class="button start" onClick={putDown}>
          {w.close}
        </button>
      </section>
    )
  }
  if (!start) return <p class="page-note">{w.loading}</p>
  switch (act.value) {
    case 'facts':
      return <EditFacts start={start} />
    case 'outline':
      return <EditOutline start={start} />
    case 'end':
      return <EndZone start={start} />
    default:
      return null
  }
}

function keys(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.key !== 'Escape' || pendingLeave.value || signInOpen.value !== 'no') return
  if (act.value !== 'none') putDown()
  else if (openId.value !== null) openZoneById(null)
}
