import { type Trouble, fieldError } from '../clerk/submission'
import type { OfficerMessages } from '../i18n/officer-messages'

/** What is wrong with a note, in words that tell the officer what to do about it. */
export function noteError(trouble: Trouble, t: Pick<OfficerMessages, 'personal'>): string | undefined {
  const reason = fieldError(trouble, 'note')
  return reason?.includes('identity') ? t.personal : reason
}
