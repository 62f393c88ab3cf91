// Brings the forms of a house's life when they are needed.
import { effect, signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Answer } from '../api/http'
import type { Building } from '../api/types'
import { texts } from '../i18n'
import { type Task, isClerk, task } from '../view/desk'

const forms = signal<typeof import('./forms') | null>(null)
const failed = signal(false)

async function load(): Promise<void> {
  failed.value = false
  try {
    forms.value ??= await import('./forms')
  } catch {
    failed.value = true
  }
}

/** Who signs in as a clerk will need them soon. */
effect(() => {
  if (isClerk.value) void load()
})

const own: ReadonlySet<Task> = new Set<Task>(['split', 'merge', 'revive', 'dwellings', 'dwelling', 'revert'])
export const isLifeTask = (one: Task): boolean => own.has(one)

export function LifeForm({ start }: { start: Answer<Building> | null }) {
  const t = texts.value
  useEffect(() => void load(), [])
  if (forms.value) return forms.value.formFor(task.value, start)
  return (
    <div class="card">
      {failed.value ? (
        <div class="trouble" role="alert">
          <p>{t.trouble.unreachable}</p>
          <button type="button" class="button" onClick={() => void load()}>
            {t.card.retry}
          </button>
        </div>
      ) : (
        <p class="quiet-text">{t.card.loading}</p>
      )}
    </div>
  )
}
