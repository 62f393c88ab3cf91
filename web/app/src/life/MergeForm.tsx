// Several houses become one: chosen on the map or in the list, with the outline they would have together.
import { useEffect, useState } from 'preact/hooks'
import { ProblemError } from '../api/http'
import * as life from '../api/life'
import type { Building } from '../api/types'
import { FormFrame } from '../clerk/FormFrame'
import { Override } from '../clerk/Override'
import { TroubleBox } from '../clerk/TroubleBox'
import { WhyFields } from '../clerk/WhyFields'
import { fieldError, isSlug, isStale, useSubmission } from '../clerk/submission'
import { texts } from '../i18n'
import { inFours } from '../registry/code'
import { given, isGiven, noWhy } from '../registry/draft'
import { Field, TextInput } from '../ui/Field'
import { dirty, finish, say } from '../view/desk'
import { record, reload } from '../view/record'
import { ChosenHouses } from './ChosenHouses'
import { clashes, dispositionOf, freshLabel } from './disposition'
import { letterOf } from './letters'
import { chooseAgain, chosen, largestOf, startMerging } from './merging'
import { parts } from './parts'
import { defectText, errorsUnder, partNamed } from './problems'

const own = ['parents', 'from', 'into', 'child', 'dwellings', 'versions', 'reason', 'document', 'validFrom', 'override']

/** What the chosen houses would be together: an outline, or what stands in the way and whose fault it is. */
type Preview = { joined: life.Tried } | { refusal: string; at: number | null } | null

export function MergeForm() {
  const t = texts.value
  const [preview, setPreview] = useState<Preview>(null)
  const [keep, setKeep] = useState(false)
  const [name, setName] = useState('')
  const [labels, setLabels] = useState<Record<string, string>>({})
  const [why, setWhy] = useState(noWhy)
  const [override, setOverride] = useState('')
  const [missing, setMissing] = useState('')
  const submission = useSubmission()
  const all = chosen.value
  const codes = all.map((c) => c.code)
  const houses = all.flatMap((c) => (c.house ? [c.house.value] : []))
  const complete = houses.length === all.length && all.length >= 2

  useEffect(() => {
    const open = record.peek()
    startMerging(open?.building && open.building.status === 'active' ? { value: open.building, etag: open.etag } : null)
    return () => {
      chosen.value = []
      parts.value = []
    }
  }, [])
  useEffect(() => {
    if (isGiven(why) || name.trim() !== '') dirty.value = true
  }, [why, name])
  useEffect(() => {
    setPreview(null)
    setMissing('')
    if (codes.length < 2) return
    const run = new AbortController()
    life
      .joined(codes, run.signal)
      .then((joined) => setPreview({ joined }))
      .catch((error: unknown) => {
        if (run.signal.aborted) return
        const reason = error instanceof ProblemError ? (error.problem.errors?.[0]?.reason ?? error.message) : texts.peek().trouble.unreachable
        setPreview({ refusal: reason, at: partNamed(reason) })
      })
    return () => run.abort()
  }, [codes.join()])
  useEffect(() => {
    const wrong = preview && 'refusal' in preview ? preview.at : null
    const single = houses.map((b) => ({ b, i: codes.indexOf(b.code) })).filter(({ b }) => b.geometry)
    const letters = single.map(({ b, i }) => ({ geometry: b.geometry!, label: letterOf(i), tone: i === wrong ? ('wrong' as const) : i }))
    parts.value = preview && 'joined' in preview ? [...letters, { geometry: preview.joined.geometry, label: '', tone: 'whole' as const }] : letters
  }, [preview, houses.map((b) => b.code).join()])

  const into = complete ? largestOf(houses) : -1
  // Who keeps its code keeps its labels: those of the others give way.
  const ordered = keep && complete ? [all[into]!, ...all.filter((_, i) => i !== into)] : all
  const clash = clashes(ordered.map((c) => c.dwellings))
  const moving = all.reduce((sum, c) => sum + c.dwellings.length, 0)
  const taken = new Set(all.flatMap((c) => c.dwellings.map((d) => d.label)))
  const labelOf = (d: life.Dwelling) => labels[d.code] ?? freshLabel(d.label, taken)
  const errorOf = (field: string) => fieldError(submission.trouble, field)
  const refusal = preview && 'refusal' in preview ? preview : refusedBy(submission.trouble)

  async function save(withOverride: boolean): Promise<void> {
    if (!complete) {
      setMissing(t.life.mergeTwo)
      return
    }
    const body = request(withOverride)
    const answer = await submission.send(body, (key) => ('into' in body ? life.absorb(body, key) : life.merge(body, key)))
    if (!answer) return
    const one: Building | undefined = answer.value.buildings.find((b) => ('into' in body ? b.code === body.into : !codes.includes(b.code)))
    if (one) finish(one)
    void reload()
    say(t.life.mergeDone(inFours(one?.code ?? '')))
  }

  function request(withOverride: boolean): life.NewMerge | life.NewAbsorption {
    const versions = Object.fromEntries(houses.map((b) => [b.code, b.version]))
    const to = keep ? codes[into]! : '0'
    const relabelled = clash.flatMap((d) => dispositionOf(d.code, `move:${to}`, labelOf(d)) ?? [])
    const rest = { versions, ...(relabelled.length > 0 ? { dwellings: relabelled } : {}), ...given(why) }
    if (keep) return { into: to, from: codes.filter((c) => c !== to), ...rest }
    return {
      parents: codes,
      ...rest,
      ...(name.trim() ? { child: { name: name.trim() } } : {}),
      ...(withOverride ? { override: { reason: override.trim() } } : {}),
    }
  }

  return (
    <FormFrame title={t.life.mergeTitle} submit={keep ? t.life.absorbConfirm : t.life.mergeConfirm(Math.max(2, all.length))} busy={submission.busy} onSubmit={() => void save(false)}>
      <ChosenHouses
        wrong={refusal?.at ?? null}
        problem={refusal ? defectText(refusal.refusal, t) : ''}
        together={preview && 'joined' in preview ? t.life.together(t.squareMetres(preview.joined.area)) : ''}
        missing={missing}
      />
      <TroubleBox trouble={submission.trouble} fields={own}>
        {isSlug(submission.trouble, 'overlap') && (
          <Override reason={override} error={errorOf('override.reason')} label={t.life.mergeAnyway} onChange={setOverride} onOverride={() => void save(true)} />
        )}
        {(isStale(submission.trouble) || isSlug(submission.trouble, 'precondition_missing')) && (
          <button type="button" class="button" onClick={() => void chooseAgain().then(() => (submission.forget(), say(t.trouble.rebased)))}>
            {t.trouble.reload}
          </button>
        )}
      </TroubleBox>
      {complete && (
        <>
          <fieldset class="choices">
            <legend>{t.life.mergeQuestion}</legend>
            {([false, true] as const).map((absorb) => (
              <label key={`${absorb}`}>
                <input type="radio" name="keep" checked={keep === absorb} onChange={() => setKeep(absorb)} />
                <span>
                  {absorb ? t.life.absorbYes(letterOf(into)) : t.life.absorbNo}
                  <small>{absorb ? t.life.absorbYesHint(inFours(codes[into]!)) : t.life.absorbNoHint}</small>
                </span>
              </label>
            ))}
          </fieldset>
          {!keep && (
            <Field label={`${t.field.name} (${t.clerk.optional})`} error={errorOf('child.name')}>
              {(tie) => <TextInput tie={tie} value={name} maxLength={200} autoComplete="off" onText={setName} />}
            </Field>
          )}
          {moving > 0 && <p class="form-text">{t.life.moveAlong(moving)}</p>}
          {clash.length > 0 && (
            <fieldset class="dispositions">
              <legend>
                {t.life.clash} <span class="count">{clash.length}</span>
              </legend>
              <p class="field-hint">{t.life.clashHint}</p>
              <ul class="plain disposition-rows">
                {clash.map((d) => (
                  <li key={d.code}>
                    <Field label={t.life.newLabel(d.label)} error={errorsUnder(submission.trouble, `dwellings.${d.code}`)[0]?.[1]}>
                      {(tie) => <TextInput tie={tie} value={labelOf(d)} maxLength={40} autoComplete="off" onText={(label) => setLabels({ ...labels, [d.code]: label })} />}
                    </Field>
                  </li>
                ))}
              </ul>
            </fieldset>
          )}
          <p class="quiet-text">{t.life.headsEnd}</p>
          <WhyFields why={why} errorOf={errorOf} dateHint={t.act.today} onChange={setWhy} />
        </>
      )}
    </FormFrame>
  )
}

/** The same refusal, when it came only at saving. */
function refusedBy(trouble: Parameters<typeof errorsUnder>[0]): { refusal: string; at: number | null } | null {
  const reason = ['parents', 'from', 'into'].flatMap((field) => errorsUnder(trouble, field))[0]?.[1]
  return reason ? { refusal: reason, at: partNamed(reason) } : null
}
