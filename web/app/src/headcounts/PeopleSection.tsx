// How many live in the open house, for those who may know. Nothing is asked before somebody wants to see it, because every
// reading is written down; the rest of this folder is loaded then.
import { computed, signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { texts } from '../i18n'
import { elsewhen } from '../time/moment'
import { type Task, account } from '../view/desk'

const parts = signal<typeof import('./parts') | null>(null)
const failed = signal(false)

async function load(): Promise<void> {
  failed.value = false
  try {
    parts.value ??= await import('./parts')
  } catch {
    failed.value = true
  }
}

const has = (...roles: string[]) => account.value?.roles.some((role) => roles.includes(role)) ?? false
const mayCount = computed(() => has('clerk', 'officer', 'administrator', 'landlord'))
const mayState = computed(() => has('clerk', 'officer') && !elsewhen.value)
const mayAudit = computed(() => has('operator', 'administrator', 'landlord'))

const own: ReadonlySet<Task> = new Set<Task>(['counts', 'countTable'])
export const isPeopleTask = (one: Task): boolean => own.has(one)

export function PeopleSection({ code }: { code: string }) {
  const wanted = mayCount.value || mayAudit.value
  useEffect(() => {
    if (wanted) void load()
  }, [wanted])
  if (!wanted) return null
  if (!parts.value) return <Waiting />
  const { People, Looked } = parts.value
  return (
    <>
      {mayCount.value && <People key={`people ${code}`} code={code} mayState={mayState.value} isClerk={has('clerk')} />}
      {mayAudit.value && <Looked key={`looked ${code}`} code={code} />}
    </>
  )
}

/** The form of a task of this folder. */
export function PeopleTask({ code, task }: { code: string; task: Task }) {
  useEffect(() => void load(), [])
  if (!parts.value) return <Waiting />
  const { StateCounts, TableForm } = parts.value
  return task === 'counts' ? <StateCounts code={code} /> : <TableForm />
}

function Waiting() {
  const t = texts.value
  if (!failed.value) return null
  return (
    <p class="field-error">
      {t.trouble.unreachable}{' '}
      <button type="button" class="link" onClick={() => void load()}>
        {t.card.retry}
      </button>
    </p>
  )
}
