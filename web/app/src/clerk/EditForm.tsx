// The facts of the open building. It keeps the version it began with; when somebody was faster it takes up theirs
// and lays the clerk's own changes over it.
import { useEffect, useState } from 'preact/hooks'
import type { Answer } from '../api/http'
import * as registry from '../api/registry'
import type { Building } from '../api/types'
import { texts } from '../i18n'
import { word } from '../card/change'
import { inFours } from '../registry/code'
import { type DraftField, changedFields, correctionOf, draftOf, isGiven, noWhy, rebase, unreadable } from '../registry/draft'
import { dirty, finish, say } from '../view/desk'
import { reload } from '../view/record'
import { FactsFields } from './FactsFields'
import { FormFrame } from './FormFrame'
import { StaleActions } from './StaleActions'
import { fieldError, isStale, useSubmission } from './submission'
import { TroubleBox } from './TroubleBox'
import { WhyFields } from './WhyFields'

const own = ['name', 'address', 'floors', 'height', 'state', 'evidence', 'legality', 'inQuestion', 'externalIds', 'reason', 'document', 'validFrom']

export function EditForm({ start }: { start: Answer<Building> }) {
  const t = texts.value
  const [seen, setSeen] = useState(start)
  const [draft, setDraft] = useState(() => draftOf(start.value))
  const [disputed, setDisputed] = useState<DraftField[]>([])
  const [why, setWhy] = useState(noWhy)
  const [local, setLocal] = useState<Record<string, string>>({})
  const submission = useSubmission()
  const base = draftOf(seen.value)
  const changed = changedFields(base, draft)

  useEffect(() => {
    dirty.value = changed.length > 0 || isGiven(why)
  }, [changed.length, why])

  const errorOf = (field: string) => local[field] ?? fieldError(submission.trouble, field)
  const noteOf = (field: DraftField) => (disputed.includes(field) ? t.trouble.theirs(word(field, base[field], t)) : undefined)

  async function save(): Promise<void> {
    setLocal(Object.fromEntries(unreadable(draft).map((field) => [field, t.clerk.notNumber])))
    if (unreadable(draft).length > 0) return
    if (changed.length === 0) {
      say(t.clerk.unchanged)
      return
    }
    const { code } = seen.value
    const body = correctionOf(base, draft, why)
    const answer = await submission.send({ body, etag: seen.etag }, (key) => registry.correct(code, body, seen.etag, key))
    if (!answer) return
    finish(answer.value)
    void reload()
    say(t.clerk.saved(inFours(code)))
  }

  function takeUp(theirs: Answer<Building>): void {
    const merged = rebase(base, draft, draftOf(theirs.value))
    setSeen(theirs)
    setDraft(merged.draft)
    setDisputed(merged.disputed)
    submission.forget()
    say(t.trouble.rebased)
  }

  return (
    <FormFrame
      title={t.clerk.edit}
      code={seen.value.code}
      submit={t.clerk.save}
      busy={submission.busy}
      status={changed.length > 0 ? t.clerk.changed(changed.length) : t.clerk.unchanged}
      onSubmit={() => void save()}
    >
      <TroubleBox trouble={submission.trouble} fields={own}>
        {isStale(submission.trouble) && <StaleActions code={seen.value.code} onFresh={takeUp} />}
      </TroubleBox>
      <FactsFields draft={draft} changed={changed} errorOf={errorOf} noteOf={noteOf} onChange={setDraft} />
      <WhyFields why={why} errorOf={errorOf} dateHint={t.clerk.validFromHint} onChange={setWhy} />
    </FormFrame>
  )
}
