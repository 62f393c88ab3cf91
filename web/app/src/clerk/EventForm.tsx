// What happens to a building in the world or in the registry: another state, its end, or that it never was.
import { useEffect, useState } from 'preact/hooks'
import type { Answer } from '../api/http'
import * as registry from '../api/registry'
import type { Building, NewEvent } from '../api/types'
import * as life from '../api/life'
import { RetireDwellings, dispositionsOf, noFates } from '../dwellings/RetireDwellings'
import { texts } from '../i18n'
import type { Messages } from '../i18n/messages'
import { inFours } from '../registry/code'
import { type StandingState, type Why, given, isGiven, noWhy, standingStates } from '../registry/draft'
import { dirty, finish, say } from '../view/desk'
import { reload } from '../view/record'
import { FormFrame } from './FormFrame'
import { StaleActions } from './StaleActions'
import { fieldError, isStale, useSubmission } from './submission'
import { TroubleBox } from './TroubleBox'
import { WhyFields } from './WhyFields'

export type Act = 'transition' | 'retire' | 'void'

const own = ['dwellings', 'state', 'as', 'reason', 'document', 'validFrom']

export function EventForm({ act, start }: { act: Act; start: Answer<Building> }) {
  const t = texts.value
  const [etag, setEtag] = useState(start.etag)
  const [choice, setChoice] = useState('')
  const [why, setWhy] = useState(noWhy)
  const [local, setLocal] = useState<Record<string, string>>({})
  const [dwellings, setDwellings] = useState<life.Dwelling[]>([])
  const [fates, setFates] = useState(noFates)
  const submission = useSubmission()
  const { code, state } = start.value
  const words = wordsOf(act, t)

  useEffect(() => {
    if (act === 'retire') life.dwellings(code).then(setDwellings, () => undefined) // without them the server names each
  }, [])
  useEffect(() => {
    dirty.value = choice !== '' || isGiven(why)
  }, [choice, why])

  const errorOf = (field: string) => local[field] ?? fieldError(submission.trouble, field)

  async function save(): Promise<void> {
    const wrong: Record<string, string> = {}
    if (act !== 'void' && choice === '') wrong[act === 'retire' ? 'as' : 'state'] = t.act.choose
    if (act === 'void' && why.reason.trim() === '') wrong['reason'] = t.session.required
    const dispositions = act === 'retire' ? dispositionsOf(dwellings, fates) : []
    if (!dispositions) wrong['dwellings'] = t.act.choose
    setLocal(wrong)
    if (Object.keys(wrong).length > 0) return
    const body = bodyOf(act, choice, why, dispositions ?? [])
    const answer = await submission.send({ body, etag }, (key) => registry.addEvent(code, body, etag, key))
    if (!answer) return
    finish(answer.value.building)
    void reload()
    say(t.clerk.saved(inFours(code)))
  }

  return (
    <FormFrame title={words.title} code={code} submit={words.submit} danger={act !== 'transition'} busy={submission.busy} onSubmit={() => void save()}>
      {words.text && <p class="form-text">{words.text}</p>}
      <TroubleBox trouble={submission.trouble} fields={own}>
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
      {act === 'transition' && (
        <Choices
          legend={t.act.newState}
          options={standingStates.filter((s) => s !== state).map((s) => [s, t.state[s], ''])}
          value={choice}
          error={errorOf('state')}
          onChoice={setChoice}
        />
      )}
      {act === 'retire' && (
        <Choices
          legend={t.field.as}
          options={[
            ['demolished', t.act.demolished, t.act.demolishedHint],
            ['not_realised', t.act.notRealised, t.act.notRealisedHint],
          ]}
          value={choice}
          error={errorOf('as')}
          onChoice={setChoice}
        />
      )}
      {act === 'retire' && <RetireDwellings dwellings={dwellings} fates={fates} trouble={submission.trouble} missing={local['dwellings'] !== undefined} onChange={setFates} />}
      <WhyFields why={why} errorOf={errorOf} dateHint={t.act.today} dated={act !== 'void'} reasonNeeded={act === 'void'} onChange={setWhy} />
    </FormFrame>
  )
}

function bodyOf(act: Act, choice: string, why: Why, dwellings: life.Disposition[]): NewEvent {
  const { validFrom, reason, document } = given(why)
  const rest = { ...(reason ? { reason } : {}), ...(document ? { document } : {}) }
  const since = validFrom ? { validFrom } : {}
  if (act === 'transition') return { type: 'transition', state: choice as StandingState, ...since, ...rest }
  if (act === 'retire') return { type: 'retire', as: choice as 'demolished' | 'not_realised', ...(dwellings.length > 0 ? { dwellings } : {}), ...since, ...rest }
  return { type: 'void', ...rest, reason: reason ?? '' }
}

function wordsOf(act: Act, t: Messages): { title: string; text: string; submit: string } {
  switch (act) {
    case 'transition':
      return { title: t.act.transitionTitle, text: '', submit: t.act.apply }
    case 'retire':
      return { title: t.act.retireTitle, text: t.act.retireText, submit: t.act.retireConfirm }
    case 'void':
      return { title: t.act.voidTitle, text: t.act.voidText, submit: t.act.voidConfirm }
  }
}

interface ChoicesProps {
  legend: string
  options: readonly (readonly [string, string, string])[]
  value: string
  error: string | undefined
  onChoice(value: string): void
}

function Choices({ legend, options, value, error, onChoice }: ChoicesProps) {
  return (
    <fieldset class="choices" {...(error ? { 'aria-describedby': 'choices-error' } : {})}>
      <legend>{legend}</legend>
      {options.map(([key, label, hint]) => (
        <label key={key}>
          <input type="radio" name="choice" value={key} checked={value === key} {...(error ? { 'aria-invalid': 'true' as const } : {})} onChange={() => onChoice(key)} />
          <span>
            {label}
            {hint && <small>{hint}</small>}
          </span>
        </label>
      ))}
      {error && (
        <p class="field-error" id="choices-error">
          {error}
        </p>
      )}
    </fieldset>
  )
}
