// Why it did not work, in the words of this page where it has some.
import { useEffect, useRef } from 'preact/hooks'
import { ProblemError, UnreachableError } from '../api/http'
import type { Trouble } from '../clerk/submission'
import { texts } from '../i18n'
import { Icon } from '../ui/Icon'
import { t } from './texts'

export function Refusal({ trouble, fields = [] }: { trouble: Trouble; fields?: readonly string[] }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!trouble) return
    const wrong = box.current?.closest('form')?.querySelector<HTMLElement>('[aria-invalid="true"]')
    ;(wrong ?? box.current)?.focus()
  }, [trouble])
  if (!trouble) return null
  const elsewhere = trouble instanceof ProblemError ? (trouble.problem.errors ?? []).filter((e) => !fields.includes(e.field.split('.')[0] ?? '')) : []
  return (
    <div class="trouble" role="alert" tabIndex={-1} ref={box}>
      <p class="trouble-head">
        <Icon name="alert" /> <strong>{headline(trouble)}</strong>
      </p>
      {trouble instanceof ProblemError && trouble.problem.detail && headline(trouble) !== trouble.problem.detail && <p>{trouble.problem.detail}</p>}
      {elsewhere.length > 0 && (
        <ul class="plain">
          {elsewhere.slice(0, 20).map((e, i) => (
            <li key={i}>
              <span class="quiet-text">{e.field}</span> {e.reason}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

export function headline(trouble: NonNullable<Trouble>): string {
  const w = texts.value
  if (trouble instanceof UnreachableError) return w.trouble.unreachable
  const { slug, status, problem, retryAfter } = trouble
  const own = t.value.refusals[slug] ?? w.trouble.titles[slug]
  if (own) return own
  if (status === 401) return w.session.ended
  if (status === 403) return w.trouble.forbidden
  if (status === 429) return w.trouble.limited(retryAfter ?? 5)
  if (status >= 500 && status !== 503) return w.trouble.server(problem.instance ?? '')
  return problem.detail ?? problem.title
}
