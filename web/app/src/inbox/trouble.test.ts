import { expect, test } from 'vitest'
import { ProblemError, UnreachableError } from '../api/http'
import { fieldError } from '../clerk/submission'
import { ofEvent } from './trouble'

test('errors of the event are those of its form', () => {
  const trouble = new ProblemError({ type: '/problems/invalid_fields', title: '', status: 422, errors: [{ field: 'event.dwellings.0.action', reason: 'is required' }, { field: 'reason', reason: 'is too long' }] }, 3)
  const seen = ofEvent(trouble)
  expect(fieldError(seen, 'dwellings.0.action')).toBe('is required')
  expect(fieldError(seen, 'reason')).toBe('is too long')
  expect((seen as ProblemError).retryAfter).toBe(3)
})

test('what has no fields stays as it is', () => {
  const away = new UnreachableError('x')
  expect(ofEvent(away)).toBe(away)
  expect(ofEvent(null)).toBeNull()
})
