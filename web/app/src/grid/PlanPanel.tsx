// Proposing a fair division: asked for, looked at on the map, adjusted by hand, and applied only when somebody says so.
import { signal } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import * as grid from '../api/grid'
import type { Measure, ProposalTask } from '../api/grid'
import type { Division } from '../api/types'
import { type Trouble, fieldError, useSubmission } from '../clerk/submission'
import { Field, Select, TextInput } from '../ui/Field'
import { Icon } from '../ui/Icon'
import { dirty, say } from '../view/desk'
import { dissolve } from './dissolve'
import { InstantField, whenText } from './InstantField'
import { PlacePicker } from './pickers'
import { type Plan, metricsOf, ownersOf, planOf, toAssignment, unnamed } from './plan'
import { PlanTerritories } from './PlanTerritories'
import { Refusal } from './Refusal'
import * as selection from './selection'
import { instead, know, lattice, loadOf, mayAssign, ownersNow, reload, role, territories } from './state'
import { t } from './texts'
import { inverse, last } from './undoing'

/** The plan in hand; it survives a look at the other tabs. */
export const plan = signal<Plan | null>(null)

export function showPlan(): void {
  const now = plan.peek()
  instead.value = now && { owners: ownersOf(now), holders: now.territories, whole: true }
}

export const changePlan = (next: Plan): void => {
  plan.value = next
  showPlan()
}

export function PlanPanel() {
  useEffect(() => {
    role.value = 'officer'
    showPlan()
    return () => void (instead.value = null)
  }, [])
  if (!mayAssign.value) return <p class="empty-note">{t.value.plan.notYours}</p>
  return plan.value ? <PlanView plan={plan.value} /> : <TaskForm />
}

type AreaKind = 'all' | 'community' | 'chosen'

function TaskForm() {
  const m = t.value.plan
  const submission = useSubmission()
  const stop = useRef<AbortController | null>(null)
  const [area, setArea] = useState<AreaKind>('all')
  const [place, setPlace] = useState<Division | null>(null)
  const [way, setWay] = useState<'officers' | 'per'>('officers')
  const [officers, setOfficers] = useState(`${Math.max(1, territories.peek()?.length ?? 0)}`)
  const [per, setPer] = useState('500')
  const [measure, setMeasure] = useState<Measure>('houses')
  const [change, setChange] = useState(15)
  const [seed, setSeed] = useState('1')
  const [tried, setTried] = useState(false)
  useEffect(() => () => stop.current?.abort(), [])

  const whole = (text: string) => (/^\d{1,6}$/.test(text.trim()) ? Number(text) : NaN)
  const n = whole(way === 'officers' ? officers : per)
  const noNumber = !(n >= 1)
  const noPlace = area === 'community' && !place
  const noCells = area === 'chosen' && selection.count.value === 0

  async function ask(): Promise<void> {
    setTried(true)
    if (noNumber || noPlace || noCells) return
    const body: ProposalTask = {
      area: area === 'all' ? { all: true } : area === 'community' ? { community: place!.id } : { polygon: { type: 'MultiPolygon', coordinates: dissolve(lattice.peek(), selection.chosen.peek().cells) } },
      measure,
      ...(way === 'officers' ? { officers: n } : { perOfficer: { [measure]: n } }),
      maxChange: change / 100,
      seed: whole(seed) || 0,
    }
    const run = (stop.current = new AbortController())
    const found = await submission.send(body, () => grid.propose(body, run.signal)).catch((error: unknown) => {
      if (run.signal.aborted) return null
      throw error
    })
    if (!found) return
    know(found.territories.flatMap((x) => x.cells))
    changePlan(planOf(found, new Map((territories.peek() ?? []).map(({ person, ordinal }) => [person.name ?? '', ordinal]))))
    selection.forget()
  }

  return (
    <form
      class="form"
      noValidate
      aria-labelledby="plan-title"
      onSubmit={(event) => {
        event.preventDefault()
        void ask()
      }}
    >
      <header class="form-head">
        <h2 id="plan-title">{m.title}</h2>
      </header>
      <p class="form-text">{m.text}</p>
      <fieldset class="choices">
        <legend>{m.area}</legend>
        {(['all', 'community', 'chosen'] as const).map((kind) => (
          <label key={kind}>
            <input type="radio" name="plan-area" checked={area === kind} onChange={() => setArea(kind)} />
            <span>{kind === 'chosen' ? m.areaChosen(selection.count.value) : m.areas[kind]}</span>
          </label>
        ))}
      </fieldset>
      {area === 'community' && (
        <Field label={m.place} error={fieldError(submission.trouble, 'area.community') ?? (tried && noPlace ? m.placeNeeded : undefined)}>
          {(tie) => <PlacePicker tie={tie} value={place} onChoice={setPlace} />}
        </Field>
      )}
      {tried && noCells && (
        <p class="field-error" role="alert">
          {t.value.assign.chooseFirst}
        </p>
      )}
      <fieldset class="choices">
        <legend>{m.amount}</legend>
        {(['officers', 'per'] as const).map((kind) => (
          <label key={kind}>
            <input type="radio" name="plan-way" checked={way === kind} onChange={() => setWay(kind)} />
            <span>{m.ways[kind]}</span>
          </label>
        ))}
      </fieldset>
      <div class="field-pair">
        <Field label={way === 'officers' ? m.officers : m.per} error={amountError(submission.trouble, way) ?? (tried && noNumber ? m.numberNeeded : undefined)}>
          {(tie) => <TextInput tie={tie} inputMode="numeric" maxLength={6} value={way === 'officers' ? officers : per} onText={way === 'officers' ? setOfficers : setPer} />}
        </Field>
        <Field label={m.measure} error={fieldError(submission.trouble, 'measure')}>
          {(tie) => <Select tie={tie} value={measure} options={(['houses', 'dwellings', 'heads'] as const).map((x): [Measure, string] => [x, t.value.loads.measures[x]])} onChoice={(x) => setMeasure(x)} />}
        </Field>
      </div>
      <Field label={m.change(change)} hint={m.changeHint}>
        {(tie) => (
          <input {...tie} type="range" min={0} max={100} step={5} value={change} aria-valuetext={`${change} %`} onInput={(event) => setChange(Number(event.currentTarget.value))} />
        )}
      </Field>
      <details class="more">
        <summary>{m.more}</summary>
        <Field label={m.seed} hint={m.seedHint}>
          {(tie) => <TextInput tie={tie} inputMode="numeric" maxLength={6} value={seed} onText={setSeed} />}
        </Field>
      </details>
      <Refusal trouble={submission.trouble} fields={['officers', 'measure']} />
      {submission.busy && (
        <p class="progress-line" role="status">
          <progress aria-label={m.working} /> {m.working}
        </p>
      )}
      <footer class="form-foot">
        {submission.busy && (
          <button type="button" class="button" onClick={() => stop.current?.abort()}>
            {m.stop}
          </button>
        )}
        <button type="submit" class="button primary" aria-disabled={submission.busy}>
          {submission.busy ? t.value.assign.working : m.ask}
        </button>
      </footer>
    </form>
  )
}

const amountError = (trouble: Trouble, way: 'officers' | 'per') => fieldError(trouble, way === 'officers' ? 'officers' : 'perOfficer')

function PlanView({ plan: now }: { plan: Plan }) {
  const m = t.value.plan
  const submission = useSubmission()
  const [from, setFrom] = useState<string | null>(null)
  const [reason, setReason] = useState('')
  const [sure, setSure] = useState(false)
  const metrics = metricsOf(now, ownersNow.value, lattice.value, loadOf)
  const waiting = unnamed(now).length
  const percent = (share: number) => `${Math.round(share * 1000) / 10} %`

  async function apply(): Promise<void> {
    const body = toAssignment(now, from, reason.trim())
    if (!body) return
    if (!sure) return setSure(true)
    const preview = await submission.send(body, () => grid.previewAssignment(body))
    if (!preview) return
    const done = await submission.send({ ...body, apply: true }, (key) => grid.assign(body, key))
    if (!done) return
    const back = inverse(preview, 'officer', from, t.value.assign.undoReason)
    const text = m.done(preview.changes.length)
    last.value = back && { text, back }
    say(text)
    drop()
    await reload()
  }

  function drop(): void {
    plan.value = null
    instead.value = null
    dirty.value = false
    selection.forget()
  }

  return (
    <section class="grid-tab" aria-labelledby="plan-title">
      <header class="panel-head">
        <h2 id="plan-title">{m.viewTitle(now.territories.length)}</h2>
        <button type="button" class="button small" onClick={drop}>
          {m.drop}
        </button>
      </header>
      <p class="field-note" role="status">
        {m.onlyPlan}
      </p>
      <dl class="metrics">
        <div>
          <dt>{m.metrics.maxOverMean}</dt>
          <dd class={metrics.maxOverMean <= 1.1 ? 'good' : 'bad'}>{percent(metrics.maxOverMean)}</dd>
        </div>
        <div>
          <dt>{m.metrics.minOverMean}</dt>
          <dd class={metrics.minOverMean >= 0.9 ? 'good' : 'bad'}>{percent(metrics.minOverMean)}</dd>
        </div>
        <div>
          <dt>{m.metrics.contiguous}</dt>
          <dd class={metrics.contiguous ? 'good' : 'bad'}>{metrics.contiguous ? m.yes : m.no}</dd>
        </div>
        <div>
          <dt>{m.metrics.compactness}</dt>
          <dd>{metrics.compactness === null ? m.adjusted : metrics.compactness.toFixed(2)}</dd>
        </div>
        <div>
          <dt>{m.metrics.changed}</dt>
          <dd>
            {percent(metrics.changedShare)} <span class="quiet-text">{t.value.territories.houses(metrics.changedHouses)}</span>
          </dd>
        </div>
      </dl>
      {now.problems.length > 0 && (
        <ul class="trouble plain">
          {now.problems.map((problem) => (
            <li key={problem.reason}>
              <strong>{m.problems[problem.reason]}</strong> <span class="quiet-text">{problem.detail}</span>
            </li>
          ))}
        </ul>
      )}
      <PlanTerritories plan={now} />
      <form
        class="plan-apply"
        noValidate
        aria-label={m.applyTitle}
        onSubmit={(event) => {
          event.preventDefault()
          void apply()
        }}
      >
        <InstantField label={t.value.assign.from} value={from} error={fieldError(submission.trouble, 'from')} onChange={(instant) => (setFrom(instant), setSure(false))} />
        <Field label={t.value.assign.reason} hint={t.value.assign.reasonHint} error={fieldError(submission.trouble, 'reason')}>
          {(tie) => <TextInput tie={tie} value={reason} maxLength={500} onText={setReason} />}
        </Field>
        <Refusal trouble={submission.trouble} fields={['from', 'reason']} />
        {waiting > 0 && <p class="field-note">{m.waiting(waiting)}</p>}
        {sure && (
          <p class="field-note" role="alert">
            {m.sure(metrics.changedHouses, whenText(from))}
          </p>
        )}
        <div class="sketch-buttons">
          {sure && (
            <button type="button" class="button" onClick={() => setSure(false)}>
              {t.value.cancel}
            </button>
          )}
          <button type="submit" class="button primary" aria-disabled={submission.busy || waiting > 0}>
            <Icon name="check" /> {submission.busy ? t.value.assign.working : sure ? m.applySure : m.apply}
          </button>
        </div>
      </form>
    </section>
  )
}
