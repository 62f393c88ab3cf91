// One thing a clerk tries to do: sent with its Idempotency-Key, and what came back when it did not work.
import { useRef, useState } from 'preact/hooks'
import { Attempt } from '../api/attempt'
import { ProblemError, UnreachableError } from '../api/http'
import { sessionEnded } from '../view/desk'

export type Trouble = ProblemError | UnreachableError | null

export interface Submission {
  busy: boolean
  trouble: Trouble
  /** Sends; null when it failed, and then `trouble` says why. */
  send<T>(body: unknown, request: (key: string) => Promise<T>): Promise<T | null>
  forget(): void
}

export function useSubmission(): Submission {
  const attempt = useRef(new Attempt())
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState<Trouble>(null)
  return {
    busy,
    trouble,
    forget: () => setTrouble(null),
    async send(body, request) {
      if (busy) return null
      setBusy(true)
      setTrouble(null)
      try {
        return await request(attempt.current.keyFor(body))
      } catch (error) {
        if (!(error instanceof ProblemError || error instanceof UnreachableError)) throw error
        if (error instanceof ProblemError && error.status === 401) sessionEnded()
        setTrouble(error)
        return null
      } finally {
        setBusy(false)
      }
    },
  }
}

/** What the server says about one field, by its dotted path. */
export function fieldError(trouble: Trouble, field: string): string | undefined {
  if (!(trouble instanceof ProblemError)) return undefined
  return trouble.problem.errors?.find((error) => error.field === field)?.reason
}

export const isSlug = (trouble: Trouble, slug: string): boolean => trouble instanceof ProblemError && trouble.slug === slug
export const isStale = (trouble: Trouble): boolean => trouble instanceof ProblemError && trouble.status === 412
