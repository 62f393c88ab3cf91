import { ProblemError } from '../api/http'
import type { Trouble } from '../clerk/submission'

/** What went wrong with the event that accepting records, as if the event had been sent alone: its forms know it so. */
export function ofEvent(trouble: Trouble): Trouble {
  if (!(trouble instanceof ProblemError)) return trouble
  const { problem } = trouble
  const errors = problem.errors?.map((error) => ({ ...error, field: error.field.replace(/^event\./, '') }))
  return new ProblemError({ ...problem, ...(errors ? { errors } : {}) }, trouble.retryAfter)
}
