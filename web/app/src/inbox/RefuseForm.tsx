import { useEffect, useState } from 'preact/hooks'
import * as work from '../api/work'
import { FormFrame } from '../clerk/FormFrame'
import { TroubleBox } from '../clerk/TroubleBox'
import { fieldError, isSlug, useSubmission } from '../clerk/submission'
import { texts } from '../i18n'
import { dirty, say } from '../view/desk'
import { Answer } from './Answer'
import { Decided } from './Decided'
import { decided } from './inbox'
import { words } from './texts'

/** The registry stays as it is, and the officer is told why. */
export function RefuseForm({ proposal }: { proposal: work.Proposal }) {
  const t = words.value
  const [reason, setReason] = useState('')
  const [missing, setMissing] = useState(false)
  const submission = useSubmission()
  useEffect(() => {
    dirty.value = reason.trim() !== ''
  }, [reason])

  async function save(): Promise<void> {
    setMissing(reason.trim() === '')
    if (reason.trim() === '') return
    const body: work.Decision = { decision: 'refused', reason: reason.trim() }
    if (!(await submission.send(body, (key) => work.decide(proposal.id, body, null, key)))) return
    say(t.refused)
    decided(proposal.id)
  }

  return (
    <FormFrame title={t.refuseTitle} {...(proposal.code ? { code: proposal.code } : {})} submit={t.refuseConfirm} danger busy={submission.busy} onSubmit={() => void save()}>
      <p class="form-text">{t.refuseHint}</p>
      <TroubleBox trouble={submission.trouble} fields={['reason']}>
        {isSlug(submission.trouble, 'decided') && <Decided id={proposal.id} />}
      </TroubleBox>
      <Answer needed value={reason} error={missing ? texts.value.session.required : fieldError(submission.trouble, 'reason')} onChange={setReason} />
    </FormFrame>
  )
}
