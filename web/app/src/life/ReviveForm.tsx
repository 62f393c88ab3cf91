// A house that was ended by mistake lives again under the same code.
import { useEffect, useState } from 'preact/hooks'
import type { Answer } from '../api/http'
import * as life from '../api/life'
import type { Building } from '../api/types'
import { FormFrame } from '../clerk/FormFrame'
import { Override } from '../clerk/Override'
import { StaleActions } from '../clerk/StaleActions'
import { TroubleBox } from '../clerk/TroubleBox'
import { WhyFields } from '../clerk/WhyFields'
import { fieldError, isSlug, isStale, useSubmission } from '../clerk/submission'
import { texts } from '../i18n'
import { inFours } from '../registry/code'
import { given, isGiven, noWhy } from '../registry/draft'
import { dirty, finish, say } from '../view/desk'
import { reload } from '../view/record'

export function ReviveForm({ start }: { start: Answer<Building> }) {
  const t = texts.value
  const { code } = start.value
  const [etag, setEtag] = useState(start.etag)
  const [why, setWhy] = useState(noWhy)
  const [override, setOverride] = useState('')
  const [missing, setMissing] = useState('')
  const submission = useSubmission()
  useEffect(() => {
    dirty.value = isGiven(why)
  }, [why])
  const errorOf = (field: string) => (field === 'reason' && missing) || fieldError(submission.trouble, field)

  async function save(withOverride: boolean): Promise<void> {
    setMissing(why.reason.trim() === '' ? t.session.required : '')
    if (why.reason.trim() === '') return
    const { reason, document } = given(why)
    const body: life.NewRevival = {
      type: 'revive',
      reason: reason ?? '',
      ...(document ? { document } : {}),
      ...(withOverride ? { override: { reason: override.trim() } } : {}),
    }
    const answer = await submission.send({ body, etag }, (key) => life.happen(code, body, etag, key))
    if (!answer) return
    finish(answer.value.building)
    void reload()
    say(t.clerk.saved(inFours(code)))
  }

  return (
    <FormFrame title={t.life.reviveTitle} code={code} submit={t.life.reviveConfirm} busy={submission.busy} onSubmit={() => void save(false)}>
      <p class="form-text">{t.life.reviveText}</p>
      <TroubleBox trouble={submission.trouble} fields={['reason', 'document', 'override']}>
        {isSlug(submission.trouble, 'overlap') && (
          <Override reason={override} error={errorOf('override.reason')} label={t.life.reviveAnyway} onChange={setOverride} onOverride={() => void save(true)} />
        )}
        {isStale(submission.trouble) && <StaleActions code={code} onFresh={(fresh) => (setEtag(fresh.etag), submission.forget(), say(t.trouble.rebased))} />}
      </TroubleBox>
      <WhyFields why={why} errorOf={errorOf} dateHint="" dated={false} reasonNeeded onChange={setWhy} />
    </FormFrame>
  )
}
