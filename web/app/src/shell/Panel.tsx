// Beside the map, on a phone below it: the task in hand, else the open building, else the buildings in view.
import type { Answer } from '../api/http'
import type { Building } from '../api/types'
import { Card } from '../card/Card'
import { DrawForm } from '../clerk/DrawForm'
import { EditForm } from '../clerk/EditForm'
import { EventForm } from '../clerk/EventForm'
import { OutlineForm } from '../clerk/OutlineForm'
import { PeopleTask, isPeopleTask } from '../headcounts/PeopleSection'
import { LifeForm, isLifeTask } from '../life/LifeForm'
import { InView } from '../list/InView'
import { type Task, selected, task } from '../view/desk'
import { type Open, record } from '../view/record'
import { Sheet } from './Sheet'

/** What is done on the map, which therefore keeps its room. */
const onMap: ReadonlySet<Task> = new Set<Task>(['none', 'outline', 'draw', 'split', 'merge'])

export function Panel() {
  // On a phone the open house and what is drawn stay in sight; a form that needs no map takes the room.
  const now = task.value
  return (
    <Sheet about={`${selected.value} ${now}`} roomy={!onMap.has(now)}>
      <Body />
    </Sheet>
  )
}

function Body() {
  if (task.value === 'draw') return <DrawForm />
  if (task.value === 'merge') return <LifeForm start={null} />
  const code = selected.value
  if (code === null) return <InView />
  const open = record.value?.code === code ? record.value : { code, building: null, etag: '', history: null, failure: 'none' as const }
  const start = startOf(open)
  if (start && isPeopleTask(task.value)) return <PeopleTask key={code + task.value} code={code} task={task.value} />
  if (start && isLifeTask(task.value)) return <LifeForm start={start} />
  if (start) {
    switch (task.value) {
      case 'edit':
        return <EditForm key={code} start={start} />
      case 'outline':
        return <OutlineForm key={code} start={start} />
      case 'transition':
      case 'retire':
      case 'void':
        return <EventForm key={code + task.value} act={task.value} start={start} />
    }
  }
  return <Card record={open} />
}

const startOf = (open: Open): Answer<Building> | null => (open.building ? { value: open.building, etag: open.etag } : null)
