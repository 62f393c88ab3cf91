import { useEffect, useState } from 'preact/hooks'
import * as life from '../api/life'
import { texts } from '../i18n'
import { putDown, task } from '../view/desk'
import { CountForm } from './CountForm'
import { show, shown } from './shown'
import { words } from './texts'

/** The headcount form on the house map, once it is known what the house has inside and what holds today. */
export function StateCounts({ code }: { code: string }) {
  const t = words.value
  const [dwellings, setDwellings] = useState<life.Dwelling[] | null>(null)
  const [failed, setFailed] = useState(false)
  const load = () => {
    setFailed(false)
    if (!shown.peek()?.counts || shown.peek()?.code !== code) void show(code)
    life.dwellings(code).then(setDwellings, () => setFailed(true))
  }
  useEffect(load, [code])
  const now = shown.value?.code === code ? shown.value : null
  if (failed || (now && now.failure !== 'none')) {
    return (
      <div class="card">
        <p class="field-error" role="alert">
          {now?.failure === 'not_yours' ? t.notYours : t.failed}
        </p>
        <div class="count-acts">
          {now?.failure !== 'not_yours' && (
            <button type="button" class="button" onClick={load}>
              {texts.value.card.retry}
            </button>
          )}
          <button type="button" class="button" onClick={putDown}>
            {texts.value.clerk.cancel}
          </button>
        </div>
      </div>
    )
  }
  if (!dwellings || !now?.counts) {
    return (
      <div class="card">
        <p class="quiet-text">{t.loading}</p>
      </div>
    )
  }
  return (
    <CountForm
      code={code}
      dwellings={dwellings}
      statements={now.counts.statements}
      onDone={() => {
        task.value = 'none'
        void show(code)
      }}
    />
  )
}
