// A new building: outline or point on the map, facts beside it.
import { useEffect, useState } from 'preact/hooks'
import * as registry from '../api/registry'
import { texts } from '../i18n'
import { changedFields, isGiven, newDraft, noWhy, registrationOf, unreadable } from '../registry/draft'
import { inFours } from '../registry/code'
import { dirty, finish, say } from '../view/desk'
import { FactsFields } from './FactsFields'
import { FormFrame } from './FormFrame'
import { Override } from './Override'
import { SketchTools } from './SketchTools'
import { startDrawing, stopDrawing, takeDrawn } from './sketch'
import { fieldError, isSlug, useSubmission } from './submission'
import { TroubleBox } from './TroubleBox'
import { WhyFields } from './WhyFields'

const own = ['geometry', 'name', 'address', 'floors', 'height', 'state', 'evidence', 'legality', 'inQuestion', 'externalIds', 'reason', 'document', 'validFrom', 'override']

export function DrawForm() {
  const t = texts.value
  const [draft, setDraft] = useState(newDraft)
  const [why, setWhy] = useState(noWhy)
  const [override, setOverride] = useState('')
  const [local, setLocal] = useState<Record<string, string>>({})
  const submission = useSubmission()

  useEffect(() => {
    startDrawing('polygon')
    return stopDrawing
  }, [])
  useEffect(() => {
    if (changedFields(newDraft(), draft).length > 0 || isGiven(why)) dirty.value = true
  }, [draft, why])

  const errorOf = (field: string) => local[field] ?? fieldError(submission.trouble, field)

  // The guard has a box of its own, with the other house in it.
  const overlaps = isSlug(submission.trouble, 'overlap')

  async function save(withOverride: boolean): Promise<void> {
    const geometry = takeDrawn()
    const wrong: Record<string, string> = {}
    if (!geometry) wrong['geometry'] = t.draw.needed
    for (const field of unreadable(draft)) wrong[field] = t.clerk.notNumber
    setLocal(wrong)
    if (!geometry || Object.keys(wrong).length > 0) return
    const body = { ...registrationOf(draft, why, geometry), ...(withOverride ? { override: { reason: override.trim() } } : {}) }
    const answer = await submission.send(body, (key) => registry.register(body, key))
    if (!answer) return
    finish(answer.value)
    say(t.clerk.registered(inFours(answer.value.code)))
  }

  return (
    <FormFrame title={t.draw.title} submit={t.clerk.register} busy={submission.busy} onSubmit={() => void save(false)}>
      <SketchTools adjusting={false} error={overlaps ? undefined : errorOf('geometry')} />
      <TroubleBox trouble={submission.trouble} fields={own}>
        {overlaps && (
          <Override reason={override} error={errorOf('override.reason')} label={t.trouble.override} onChange={setOverride} onOverride={() => void save(true)} />
        )}
      </TroubleBox>
      <FactsFields draft={draft} changed={[]} errorOf={errorOf} onChange={setDraft} />
      <WhyFields why={why} errorOf={errorOf} dateHint={t.clerk.registerFromHint} onChange={setWhy} />
    </FormFrame>
  )
}
