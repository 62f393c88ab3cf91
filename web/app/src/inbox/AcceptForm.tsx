// Accepting a proposal: what it comes to in the registry, prefilled from what the officer saw. Registry and proposal change
// together or not at all.
import { useEffect, useState } from 'preact/hooks'
import * as life from '../api/life'
import type { Building, Geometry } from '../api/types'
import * as work from '../api/work'
import { FactsFields } from '../clerk/FactsFields'
import { FormFrame } from '../clerk/FormFrame'
import { Override } from '../clerk/Override'
import { SketchTools } from '../clerk/SketchTools'
import { TroubleBox } from '../clerk/TroubleBox'
import { WhyFields } from '../clerk/WhyFields'
import { sketch, startAdjusting, startDrawing, stopDrawing, takeDrawn } from '../clerk/sketch'
import { type Trouble, fieldError, isSlug, isStale, useSubmission } from '../clerk/submission'
import { RetireDwellings, dispositionsOf, noFates } from '../dwellings/RetireDwellings'
import { texts } from '../i18n'
import { inFours } from '../registry/code'
import { changedFields, correctionOf, draftOf, given, isGiven, newDraft, noWhy, registrationOf, unreadable } from '../registry/draft'
import { dirty, say } from '../view/desk'
import { Answer } from './Answer'
import { Decided } from './Decided'
import { about, decided, learn } from './inbox'
import { words } from './texts'
import { ofEvent } from './trouble'

export function AcceptForm({ proposal }: { proposal: work.Proposal }) {
  const now = about.value
  if (proposal.kind === 'new_building') return <AcceptNew proposal={proposal} />
  if (!now || now === 'failed') return null
  return proposal.kind === 'demolition' ? <AcceptEnd proposal={proposal} building={now.building} /> : <AcceptCorrection proposal={proposal} building={now.building} />
}

/** Sends the decision; what comes back is told and the next proposal is in hand. */
function useDecision(proposal: work.Proposal) {
  const submission = useSubmission()
  return {
    busy: submission.busy,
    trouble: submission.trouble,
    event: ofEvent(submission.trouble),
    forget: submission.forget,
    async accept(event: Record<string, unknown> | null, reason: string, version: number | null): Promise<void> {
      const body: work.Decision = { decision: 'accepted', ...(reason.trim() ? { reason: reason.trim() } : {}), ...(event ? { event } : {}) }
      const answer = await submission.send({ body, version }, (key) => work.decide(proposal.id, body, version, key))
      if (!answer) return
      say(words.peek().accepted(answer.proposal.result ? inFours(answer.proposal.result) : ''))
      decided(proposal.id)
    },
  }
}

/** What can be done where nothing in a field is wrong: somebody was quicker, or the house has changed. */
function Ways({ proposal, trouble, forget }: { proposal: work.Proposal; trouble: Trouble; forget(): void }) {
  if (isSlug(trouble, 'decided')) return <Decided id={proposal.id} />
  if (!isStale(trouble) || !proposal.code) return null
  const code = proposal.code
  return (
    <button type="button" class="button" onClick={() => void learn(code).then(forget)}>
      {texts.value.trouble.reload}
    </button>
  )
}

function AcceptNew({ proposal }: { proposal: work.Proposal }) {
  const t = texts.value
  const [draft, setDraft] = useState(newDraft)
  const [why, setWhy] = useState(noWhy)
  const [answer, setAnswer] = useState('')
  const [override, setOverride] = useState('')
  const [local, setLocal] = useState<Record<string, string>>({})
  const { busy, event, trouble, accept, forget } = useDecision(proposal)
  useEffect(() => {
    if (proposal.geometry) startAdjusting(proposal.geometry as Geometry)
    else startDrawing('polygon')
    return stopDrawing
  }, [])
  useEffect(() => {
    if (changedFields(newDraft(), draft).length > 0 || isGiven(why) || answer.trim() !== '') dirty.value = true
  }, [draft, why, answer])
  const overlaps = isSlug(trouble, 'overlap')
  const errorOf = (field: string) => local[field] ?? fieldError(event, field)

  async function save(withOverride: boolean): Promise<void> {
    const geometry = takeDrawn()
    const wrong: Record<string, string> = geometry ? {} : { geometry: t.draw.needed }
    for (const field of unreadable(draft)) wrong[field] = t.clerk.notNumber
    setLocal(wrong)
    if (!geometry || Object.keys(wrong).length > 0) return
    await accept({ ...registrationOf(draft, why, geometry), ...(withOverride ? { override: { reason: override.trim() } } : {}) }, answer, null)
  }

  return (
    <FormFrame title={words.value.acceptTitle.new_building} submit={t.clerk.register} busy={busy} onSubmit={() => void save(false)}>
      <p class="form-text">{words.value.acceptHint.new_building}</p>
      <SketchTools adjusting={false} error={overlaps ? undefined : errorOf('geometry')} />
      <TroubleBox trouble={event} fields={['geometry', 'name', 'address', 'floors', 'height', 'state', 'evidence', 'legality', 'inQuestion', 'externalIds', 'reason', 'document', 'validFrom', 'override']}>
        <Ways proposal={proposal} trouble={trouble} forget={forget} />
        {overlaps && <Override reason={override} error={errorOf('override.reason')} label={words.value.anyway} onChange={setOverride} onOverride={() => void save(true)} />}
      </TroubleBox>
      <FactsFields draft={draft} changed={[]} errorOf={errorOf} onChange={setDraft} />
      <WhyFields why={why} errorOf={errorOf} dateHint={t.clerk.registerFromHint} onChange={setWhy} />
      <Answer value={answer} error={undefined} onChange={setAnswer} />
    </FormFrame>
  )
}

function AcceptEnd({ proposal, building }: { proposal: work.Proposal; building: Building }) {
  const t = texts.value
  const [why, setWhy] = useState(noWhy)
  const [answer, setAnswer] = useState('')
  const [dwellings, setDwellings] = useState<life.Dwelling[]>([])
  const [fates, setFates] = useState(noFates)
  const [missing, setMissing] = useState(false)
  const { busy, event, trouble, accept, forget } = useDecision(proposal)
  useEffect(() => {
    life.dwellings(building.code).then(setDwellings, () => undefined) // without them the server names each
  }, [])
  useEffect(() => {
    dirty.value = isGiven(why) || answer.trim() !== '' || Object.keys(fates.choices).length > 0
  }, [why, answer, fates])

  async function save(): Promise<void> {
    const dispositions = dispositionsOf(dwellings, fates)
    setMissing(!dispositions)
    if (!dispositions) return
    await accept({ type: 'retire', as: 'demolished', ...(dispositions.length > 0 ? { dwellings: dispositions } : {}), ...given(why) }, answer, building.version)
  }

  return (
    <FormFrame title={words.value.acceptTitle.demolition} code={building.code} submit={t.act.retireConfirm} danger busy={busy} onSubmit={() => void save()}>
      <p class="form-text">{words.value.acceptHint.demolition}</p>
      <TroubleBox trouble={event} fields={['dwellings', 'reason', 'document', 'validFrom']}>
        <Ways proposal={proposal} trouble={trouble} forget={forget} />
        {isSlug(trouble, 'retired') && <p>{words.value.ended}</p>}
      </TroubleBox>
      <RetireDwellings dwellings={dwellings} fates={fates} trouble={event} missing={missing} onChange={setFates} />
      <WhyFields why={why} errorOf={(field) => fieldError(event, field)} dateHint={t.act.today} onChange={setWhy} />
      <Answer value={answer} error={undefined} onChange={setAnswer} />
    </FormFrame>
  )
}

function AcceptCorrection({ proposal, building }: { proposal: work.Proposal; building: Building }) {
  const t = texts.value
  const [draft, setDraft] = useState(() => draftOf(building))
  const [redraw, setRedraw] = useState(false)
  const [why, setWhy] = useState(noWhy)
  const [answer, setAnswer] = useState('')
  const [local, setLocal] = useState<Record<string, string>>({})
  const { busy, event, trouble, accept, forget } = useDecision(proposal)
  const base = draftOf(building)
  const changed = changedFields(base, draft)
  useEffect(() => {
    if (redraw) startAdjusting((proposal.geometry ?? building.geometry) as Geometry)
    else stopDrawing()
    return stopDrawing
  }, [redraw])
  useEffect(() => {
    if (changed.length > 0 || isGiven(why) || answer.trim() !== '') dirty.value = true
  }, [changed.length, why, answer])
  const errorOf = (field: string) => local[field] ?? fieldError(event, field)

  async function save(): Promise<void> {
    const wrong = Object.fromEntries(unreadable(draft).map((field) => [field, t.clerk.notNumber]))
    const geometry = redraw ? takeDrawn() : null
    if (redraw && !geometry) wrong['geometry'] = t.draw.needed
    setLocal(wrong)
    if (Object.keys(wrong).length > 0) return
    const nothing = changed.length === 0 && !geometry
    await accept(nothing ? null : { type: 'correct', ...correctionOf(base, draft, why), ...(geometry ? { geometry } : {}) }, answer, nothing ? null : building.version)
  }

  return (
    <FormFrame
      title={words.value.acceptTitle.correction}
      code={building.code}
      submit={changed.length === 0 && !redraw ? words.value.asIs : t.clerk.save}
      busy={busy}
      onSubmit={() => void save()}
    >
      <p class="form-text">{words.value.acceptHint.correction}</p>
      {proposal.note && <p class="proposal-note">{proposal.note}</p>}
      {(proposal.geometry ?? building.geometry) && (
        <div class="segmented" role="group" aria-label={t.field.geometry}>
          <button type="button" aria-pressed={!redraw} onClick={() => setRedraw(false)}>
            {words.value.keepOutline}
          </button>
          <button type="button" aria-pressed={redraw} onClick={() => setRedraw(true)}>
            {proposal.geometry ? words.value.useSketch : t.clerk.outline}
          </button>
        </div>
      )}
      {sketch.value && <SketchTools adjusting error={errorOf('geometry')} />}
      <TroubleBox trouble={event} fields={['geometry', 'name', 'address', 'floors', 'height', 'state', 'evidence', 'legality', 'inQuestion', 'externalIds', 'reason', 'document', 'validFrom']}>
        <Ways proposal={proposal} trouble={trouble} forget={forget} />
      </TroubleBox>
      <FactsFields draft={draft} changed={changed} errorOf={errorOf} onChange={setDraft} />
      <WhyFields why={why} errorOf={errorOf} dateHint={t.clerk.validFromHint} onChange={setWhy} />
      <Answer value={answer} error={undefined} onChange={setAnswer} />
    </FormFrame>
  )
}
