// The assignment map: who answers for which cells, and changing it.
import { useEffect, useState } from 'preact/hooks'
import type { PersonRef } from '../api/grid'
import { Sheet } from '../shell/Sheet'
import { dirty, leaving } from '../view/desk'
import { AccessLog } from '../people/AccessLog'
import { Absences } from './Absences'
import { AssignForm } from './AssignForm'
import { Files } from './Files'
import { Gaps } from './Gaps'
import { GridMapView } from './GridMapView'
import { HandoverForm } from './HandoverForm'
import { PlanPanel } from './PlanPanel'
import { type Tab, mayAssign, mayChange, tab, watch } from './state'
import { Territories } from './Territories'
import { t } from './texts'
import { watchTool } from './tools'
import { UndoLast } from './UndoLast'

const tabs: readonly Tab[] = ['territories', 'assign', 'gaps', 'absences', 'plan', 'files', 'access']

export function GridPage() {
  const [to, setTo] = useState<PersonRef | null>(null)
  const [handing, setHanding] = useState<PersonRef | null>(null)
  const [away, setAway] = useState<PersonRef | null>(null)
  useEffect(() => {
    const stops = [watch(), watchTool()]
    return () => stops.forEach((stop) => stop())
  }, [])
  const now = tab.value
  const go = (next: Tab) =>
    leaving(() => {
      dirty.value = false
      setTo(null)
      setHanding(null)
      setAway(null)
      tab.value = next
    })
  return (
    <div class="stage">
      <Sheet about={`${now} ${handing !== null}`} roomy={handing !== null || now === 'absences' || now === 'files' || now === 'access'}>
        <Tabs onGo={go} />
        <UndoLast />
        {handing ? (
          <HandoverForm from={handing} onDone={() => setHanding(null)} />
        ) : (
          <>
            {now === 'territories' && (
              <Territories
                onAssign={(person) => {
                  setTo(person)
                  tab.value = 'assign'
                }}
                onHandover={setHanding}
                onAbsence={(person) => {
                  setAway(person)
                  tab.value = 'absences'
                }}
              />
            )}
            {now === 'assign' && (mayChange.value ? <AssignForm to={to} /> : <p class="empty-note">{t.value.assign.notYours}</p>)}
            {now === 'gaps' && <Gaps />}
            {now === 'absences' && <Absences of={away} />}
            {now === 'plan' && <PlanPanel />}
            {now === 'files' && <Files />}
            {now === 'access' && <AccessLog account="" />}
          </>
        )}
      </Sheet>
      <GridMapView />
    </div>
  )
}

function Tabs({ onGo }: { onGo(tab: Tab): void }) {
  const m = t.value.tabs
  const mine = tabs.filter((name) => mayAssign.value || (name !== 'assign' && name !== 'plan' && name !== 'access'))
  return (
    <nav class="grid-tabs" aria-label={m.label}>
      <ul>
        {mine.map((name) => (
          <li key={name}>
            <button type="button" {...(tab.value === name ? { 'aria-current': 'true' as const } : {})} onClick={() => onGo(name)}>
              {m.names[name]}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  )
}
