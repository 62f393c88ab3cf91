// What the server refused, said at its place.
import { ProblemError } from '../api/http'
import type { Messages } from '../i18n/messages'
import type { Trouble } from '../clerk/submission'

/** Everything said about a field and what is in it, as [path below the field, reason]. */
export function errorsUnder(trouble: Trouble, field: string): [string, string][] {
  if (!(trouble instanceof ProblemError)) return []
  return (trouble.problem.errors ?? []).flatMap(({ field: path, reason }): [string, string][] =>
    path === field ? [['', reason]] : path.startsWith(`${field}.`) ? [[path.slice(field.length + 1), reason]] : [],
  )
}

/** A defect of a shape in the language of the page: "corner_touch: part 2 meets …" by its slug. */
export function defectText(reason: string, t: Messages): string {
  const slug = /^([a-z_]+): /.exec(reason)?.[1] ?? ''
  return t.life.defects[slug] ?? reason
}

/** Which of the parts, from 0, a defect names; null when it names none. */
export function partNamed(reason: string): number | null {
  const number = /\bpart (\d+)\b/.exec(reason)?.[1]
  return number ? Number(number) - 1 : null
}
