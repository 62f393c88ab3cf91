// The outline of the open building, adjusted on the map.
import { useEffect, useState } from 'preact/hooks'
import type { Answer } from '../api/http'
import * as registry from '../api/registry'
import type { Building } from '../api/types'
import { texts } from '../i18n'
import { inFours } from '../registry/code'
import { given, noWhy } from '../registry/draft'
import { revealOpen } from '../map/MapView'
import { finish, say } from '../view/desk'
import { reload } from '../view/record'
import { FormFrame } from './FormFrame'
import { Override } from './Override'
import { SketchTools } from './SketchTools'
import { StaleActions } from './StaleActions'
import { sketch, startAdjusting, stopDrawing, takeDrawn } from './sketch'
import { fieldError, isSlug, isStale, useSubmission } from './submission'
import { TroubleBox } from './TroubleBox'
import { WhyFields } from './WhyFields'

const own = ['geometry', 'reason', 'document', 'validFrom', 'override']

export function OutlineForm({ start }: { start: Answer<Building> }) {
  const t = texts.value
  const [etag, setEtag] = useState(start.etag)
  const [why, setWhy] = useState(noWhy)
  const [override, setOverride] = useState('')
  const [missing, setMissing] = useState('')
  const submission = useSubmission()
  const { code, geometry } = start.value

  useEffect(() => {
    if (geometry) startAdjusting(geometry)
    revealOpen()
    return stopDrawing
  }, [])

  const errorOf = (field: string) => fieldError(submission.trouble, field)

  // The guard has a box of its own, with the other house in it.
  const overlaps = isSlug(submission.trouble, 'overlap')

  async function save(withOverride: boolean): Promise<void> {
    const outline = takeDrawn()
    setMissing(outline ? '' : t.draw.needed)
    if (!outline) return
    if (!sketch.peek()?.touched) {
      say(t.clerk.unchanged)
      return
    }
    const body = { geometry: outline, ...given(why), ...(withOverride ? { override: { reason: override.trim() } } : {}) }
    const answer = await submission.send({ body, etag }, (key) => registry.correct(code, body, etag, key))
    if (!answer) return
    finish(answer.value)
    void reload()
    say(t.clerk.saved(inFours(code)))
  }

  return (
    <FormFrame
      title={t.draw.outlineTitle}
      code={code}
      submit={t.clerk.save}
      busy={submission.busy}
      {...(sketch.value?.touched ? {} : { status: t.clerk.unchanged })}
      onSubmit={() => void save(false)}
    >
      <SketchTools adjusting error={missing || (overlaps ? undefined : errorOf('geometry'))} />
      <TroubleBox trouble={submission.trouble} fields={own}>
        {overlaps && (
          <Override reason={override} error={errorOf('override.reason')} label={t.trouble.overrideSave} onChange={setOverride} onOverride={() => void save(true)} />
        )}
        {isStale(submission.trouble) && (
          <StaleActions
            code={code}
            onFresh={(fresh) => {
              setEtag(fresh.etag)
              submission.forget()
              say(t.trouble.rebased)
            }}
          />
        )}
      </TroubleBox>
      <WhyFields why={why} errorOf={errorOf} dateHint={t.clerk.validFromHint} onChange={setWhy} />
    </FormFrame>
  )
}
