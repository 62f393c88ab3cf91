// One dwelling: corrected, ended, or taken out because there never was one.
import { useEffect, useState } from 'preact/hooks'
import * as life from '../api/life'
import { FormFrame } from '../clerk/FormFrame'
import { TroubleBox } from '../clerk/TroubleBox'
import { WhyFields } from '../clerk/WhyFields'
import { fieldError, isStale, useSubmission } from '../clerk/submission'
import { texts } from '../i18n'
import { inFours } from '../registry/code'
import { given, isGiven, noWhy } from '../registry/draft'
import { dirty, say, task } from '../view/desk'
import { reload } from '../view/record'
import { OneFields } from './OneFields'
import { editing } from './state'
import { changesOf, unitOf, unreadable } from './unit'

type Act = 'correct' | 'end' | 'void'
const acts: readonly Act[] = ['correct', 'end', 'void']

export function DwellingForm({ dwelling, home }: { dwelling: life.Dwelling; home: string }) {
  const t = texts.value
  const [act, setAct] = useState<Act>('correct')
  const [unit, setUnit] = useState(() => unitOf(dwelling))
  const [why, setWhy] = useState(noWhy)
  const [local, setLocal] = useState<Record<string, string>>({})
  const submission = useSubmission()
  const changes = changesOf(unitOf(dwelling), unit)
  const changed = Object.keys(changes).length

  useEffect(() => {
    dirty.value = changed > 0 || act !== 'correct' || isGiven(why)
  }, [changed, act, why])

  const errorOf = (field: string) => local[field] ?? fieldError(submission.trouble, field)

  async function save(): Promise<void> {
    const wrong: Record<string, string> = {}
    if (act === 'correct') for (const field of unreadable(unit)) wrong[field] = t.clerk.notNumber
    if (act === 'correct' && unit.label.trim() === '') wrong['label'] = t.session.required
    if (act === 'void' && why.reason.trim() === '') wrong['reason'] = t.session.required
    setLocal(wrong)
    if (Object.keys(wrong).length > 0) return
    if (act === 'correct' && changed === 0) {
      say(t.clerk.unchanged)
      return
    }
    const { validFrom, ...rest } = given(why)
    const body: life.NewDwellingEvent = { type: act, ...(act === 'correct' ? changes : {}), ...(validFrom && act !== 'void' ? { validFrom } : {}), ...rest }
    const etag = life.etagOf(dwelling)
    const answer = await submission.send({ body, etag }, (key) => life.dwellingEvent(dwelling.code, body, etag, key))
    if (!answer) return
    dirty.value = false
    task.value = 'none'
    void reload()
    say(t.clerk.saved(dwelling.label))
  }

  async function loadAgain(): Promise<void> {
    const fresh = (await life.dwellings(home).catch(() => [])).find((d) => d.code === dwelling.code)
    if (!fresh) return
    editing.value = fresh
    submission.forget()
    say(t.trouble.rebased)
  }

  return (
    <FormFrame title={t.life.dwellingTitle(dwelling.label)} code={dwelling.code} submit={t.life.dwellingActs[act]} danger={act !== 'correct'} busy={submission.busy} onSubmit={() => void save()}>
      <div class="segmented wide" role="group" aria-label={t.life.way}>
        {acts.map((a) => (
          <button key={a} type="button" aria-pressed={act === a} onClick={() => (setAct(a), setLocal({}), submission.forget())}>
            {t.life.dwellingActsShort[a]}
          </button>
        ))}
      </div>
      <p class="form-text">{t.life.dwellingActsHint[act](inFours(dwelling.code))}</p>
      <TroubleBox trouble={submission.trouble} fields={['label', 'floor', 'use', 'area', 'reason', 'document', 'validFrom']}>
        {isStale(submission.trouble) && (
          <button type="button" class="button" onClick={() => void loadAgain()}>
            {t.trouble.reload}
          </button>
        )}
      </TroubleBox>
      {act === 'correct' && <OneFields unit={unit} errorOf={errorOf} onChange={setUnit} />}
      <WhyFields why={why} errorOf={errorOf} dateHint={act === 'end' ? t.act.today : t.clerk.validFromHint} dated={act !== 'void'} reasonNeeded={act === 'void'} onChange={setWhy} />
    </FormFrame>
  )
}
