// One house becomes several: a line across it on the map, and what becomes of all that belonged to it.
import { useSignalEffect } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import type { Answer } from '../api/http'
import { ProblemError } from '../api/http'
import * as life from '../api/life'
import type { Building } from '../api/types'
import { FormFrame } from '../clerk/FormFrame'
import { Override } from '../clerk/Override'
import { StaleActions } from '../clerk/StaleActions'
import { TroubleBox } from '../clerk/TroubleBox'
import { WhyFields } from '../clerk/WhyFields'
import { sketch, startDrawing, stopDrawing } from '../clerk/sketch'
import { fieldError, isSlug, isStale, useSubmission } from '../clerk/submission'
import { texts } from '../i18n'
import { revealOpen } from '../map/MapView'
import { lineOf } from '../map/outline'
import { inFours } from '../registry/code'
import { isGiven, noWhy } from '../registry/draft'
import { dirty, finish, say } from '../view/desk'
import { reload } from '../view/record'
import { CutTools } from './CutTools'
import { DispositionTable, byDwelling } from './DispositionTable'
import { ExternalIdTable } from './ExternalIdTable'
import { SplitParts } from './SplitParts'
import { mayCarve } from './cutline'
import { letterOf } from './letters'
import { parts } from './parts'
import { defectText, errorsUnder } from './problems'
import { type SplitPlan, bodyOf, choicesFor, idChoicesFor, newPlan } from './splitting'
import { settled } from './disposition'

const own = ['children', 'part', 'rest', 'line', 'dwellings', 'externalIds', 'reason', 'document', 'validFrom', 'override']

export function SplitForm({ start }: { start: Answer<Building> }) {
  const t = texts.value
  const { code } = start.value
  const [etag, setEtag] = useState(start.etag)
  const [tried, setTried] = useState<life.Tried[]>([])
  const [refusal, setRefusal] = useState('')
  const [dwellings, setDwellings] = useState<life.Dwelling[] | null>(null)
  const [plan, setPlan] = useState<SplitPlan>(newPlan)
  const [why, setWhy] = useState(noWhy)
  const [override, setOverride] = useState('')
  const submission = useSubmission()

  useEffect(() => {
    startDrawing('line')
    revealOpen()
    life.dwellings(code).then(setDwellings, () => setDwellings(null))
    return () => {
      stopDrawing()
      parts.value = []
    }
  }, [])
  useEffect(() => {
    if (isGiven(why)) dirty.value = true
  }, [why])

  // The preview follows the line while it is being drawn and dragged.
  useSignalEffect(() => {
    const line = sketch.value ? lineOf(sketch.value.now) : []
    if (line.length < 2) {
      setTried([])
      setRefusal('')
      return
    }
    const run = new AbortController()
    const timer = setTimeout(() => {
      life
        .cut(code, line, run.signal)
        .then((found) => {
          setTried(found)
          setRefusal('')
        })
        .catch((error: unknown) => {
          if (run.signal.aborted) return
          setTried([])
          setRefusal(error instanceof ProblemError ? (error.problem.errors?.[0]?.reason ?? error.message) : texts.peek().trouble.unreachable)
        })
    }, 80)
    return () => {
      clearTimeout(timer)
      run.abort()
    }
  })
  useEffect(() => {
    parts.value = tried.map((part, i) => ({ geometry: part.geometry, label: letterOf(i), tone: i }))
  }, [tried])

  const areas = tried.map((part) => part.area)
  const carving = plan.carve && mayCarve(areas)
  const options = choicesFor(tried.length, carving, t)
  const chosen = settled(dwellings ?? [], plan.dwellings, options.map(([key]) => key), carving ? 'stay' : 'move:0')
  const idOptions = idChoicesFor(tried.length, carving, t)
  const errorOf = (field: string) => fieldError(submission.trouble, field)
  const overridable = isSlug(submission.trouble, 'overlap') || errorsUnder(submission.trouble, 'children').some(([path]) => path === '')
  const partErrors = [...errorsUnder(submission.trouble, 'children'), ...errorsUnder(submission.trouble, 'part')].map(([, reason]) => defectText(reason, t))

  async function save(withOverride: boolean): Promise<void> {
    if (tried.length < 2) {
      setRefusal((now) => now || t.life.cutFirst)
      return
    }
    const body = bodyOf({ plan, tried, carving, chosen, ids: start.value.externalIds, why, override: withOverride ? override : '' })
    const answer = await submission.send({ body, etag }, (key) => life.happen(code, body, etag, key))
    if (!answer) return
    const fresh = answer.value.buildings.filter((b) => b.code !== code).map((b) => inFours(b.code))
    finish(answer.value.building)
    void reload()
    say(t.life.splitDone(fresh.join(', ')))
  }

  return (
    <FormFrame title={t.life.splitTitle} code={code} submit={carving ? t.life.carveConfirm : t.life.splitConfirm(Math.max(2, tried.length))} busy={submission.busy} onSubmit={() => void save(false)}>
      <CutTools refusal={refusal && defectText(refusal, t)} extendable={refusal.startsWith('line_ends_inside')} geometry={start.value.geometry} parts={tried.length} />
      <TroubleBox trouble={submission.trouble} fields={own}>
        {partErrors.map((reason) => (
          <p key={reason}>{reason}</p>
        ))}
        {overridable && (
          <Override reason={override} error={errorOf('override.reason')} label={t.life.splitAnyway} onChange={setOverride} onOverride={() => void save(true)} />
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
      {tried.length > 1 && (
        <>
          <SplitParts tried={tried} plan={plan} carving={carving} onChange={setPlan} />
          {dwellings === null && <p class="field-error">{t.life.dwellingsUnknown}</p>}
          <DispositionTable
            legend={t.life.becomesOfDwellings}
            dwellings={dwellings ?? []}
            options={options}
            chosen={chosen}
            errors={byDwelling(errorsUnder(submission.trouble, 'dwellings'))}
            onChoice={(next) => setPlan({ ...plan, dwellings: next })}
          />
          <ExternalIdTable
            ids={start.value.externalIds}
            options={idOptions}
            chosen={plan.ids}
            fallback={carving ? 'stay' : '0'}
            error={errorsUnder(submission.trouble, 'externalIds').map(([, reason]) => reason).join('; ')}
            onChoice={(ids) => setPlan({ ...plan, ids })}
          />
          {!carving && <p class="quiet-text">{t.life.headsEnd}</p>}
          <WhyFields why={why} errorOf={errorOf} dateHint={t.act.today} onChange={setWhy} />
        </>
      )}
    </FormFrame>
  )
}
