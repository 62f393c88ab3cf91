// The forms of a house's life, by task. Only clerks see them, so they are a file of their own that is loaded for them.
import type { Answer } from '../api/http'
import type { Building } from '../api/types'
import { AddForm } from '../dwellings/AddForm'
import { DwellingForm } from '../dwellings/DwellingForm'
import { editing } from '../dwellings/state'
import type { Task } from '../view/desk'
import { MergeForm } from './MergeForm'
import { RevertForm } from './RevertForm'
import { ReviveForm } from './ReviveForm'
import { SplitForm } from './SplitForm'
import { reverting } from './reverting'

/** The form of a task; null for a task of somebody else, or one whose object has gone. */
export function formFor(task: Task, start: Answer<Building> | null) {
  if (task === 'merge') return <MergeForm />
  if (!start) return null
  const { code } = start.value
  switch (task) {
    case 'split':
      return <SplitForm key={code} start={start} />
    case 'revive':
      return <ReviveForm key={code} start={start} />
    case 'dwellings':
      return <AddForm key={code} building={start.value} />
    case 'dwelling':
      return editing.value && <DwellingForm key={`${editing.value.code} ${editing.value.version}`} dwelling={editing.value} home={code} />
    case 'revert':
      return reverting.value && <RevertForm key={reverting.value.id} event={reverting.value} />
    default:
      return null
  }
}
