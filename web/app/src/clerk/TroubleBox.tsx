// Why it did not work, said where the clerk is looking, with the way on: show the other house, override, reload.
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { ProblemError, UnreachableError } from '../api/http'
import * as registry from '../api/registry'
import { texts } from '../i18n'
import type { Messages } from '../i18n/messages'
import { boundsOf } from '../map/affected'
import { shownMap } from '../map/current'
import { inFours } from '../registry/code'
import { Icon } from '../ui/Icon'
import { hint } from '../view/desk'
import type { Trouble } from './submission'

interface Props {
  trouble: Trouble
  /** Fields that show their own errors; the others are listed here. */
  fields: readonly string[]
  children?: ComponentChildren
}

export function TroubleBox({ trouble, fields, children }: Props) {
  const t = texts.value
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!trouble) return
    // The first wrong field is where to go on; without one, the message itself.
    const wrong = box.current?.closest('form')?.querySelector<HTMLElement>('[aria-invalid="true"]')
    ;(wrong ?? box.current)?.focus()
    return () => {
      hint.value = null
    }
  }, [trouble])
  if (!trouble) return null
  const problem = trouble instanceof ProblemError ? trouble.problem : null
  const elsewhere = problem?.errors?.filter((error) => !fields.includes(error.field.split('.')[0] ?? '')) ?? []
  return (
    <div class="trouble" role="alert" tabIndex={-1} ref={box}>
      <p class="trouble-head">
        <Icon name="alert" /> <strong>{headline(trouble, t)}</strong>
      </p>
      {problem?.detail && detailAdds(trouble, t) && <p>{problem.detail}</p>}
      {elsewhere.length > 0 && (
        <ul class="plain">
          {elsewhere.map((error) => (
            <li key={error.field}>
              <span class="quiet-text">{(t.field as Record<string, string>)[error.field] ?? error.field}</span> {error.reason}
            </li>
          ))}
        </ul>
      )}
      {problem?.codes?.map((code) => (
        <p key={code} class="trouble-code">
          {t.trouble.overlapWith} <span class="code">{inFours(code)}</span>
          <button type="button" class="button small" onClick={() => void showOther(code)}>
            <Icon name="locate" /> {t.trouble.showOther(inFours(code))}
          </button>
        </p>
      ))}
      {children}
    </div>
  )
}

function headline(trouble: NonNullable<Trouble>, t: Messages): string {
  if (trouble instanceof UnreachableError) return t.trouble.unreachable
  const { slug, status, problem } = trouble as ProblemError
  if (status === 412) return t.trouble.stale
  if (status === 403) return t.trouble.forbidden
  if (status === 401) return t.session.ended
  if (status === 429) return t.trouble.limited((trouble as ProblemError).retryAfter ?? 60)
  if (status >= 500 && status !== 503) return t.trouble.server(problem.instance ?? '')
  return t.trouble.titles[slug] ?? problem.detail ?? problem.title
}

/** The server's own sentence is shown below a translated headline where it tells more. */
function detailAdds(trouble: NonNullable<Trouble>, t: Messages): boolean {
  if (!(trouble instanceof ProblemError)) return false
  return trouble.slug in t.trouble.titles && trouble.slug !== 'invalid_fields' && trouble.slug !== 'overlap'
}

async function showOther(code: string): Promise<void> {
  try {
    const { geometry } = (await registry.building(code)).value
    hint.value = geometry
    const bounds = geometry && boundsOf(geometry.coordinates)
    if (bounds) shownMap.peek()?.showBounds(bounds, 19)
  } catch {
    // The code stands in the message; the map stays where it is.
  }
}
