// New dwellings: by a pattern of floors and rooms, one by one, or as a table.
import { useEffect, useState } from 'preact/hooks'
import { ProblemError } from '../api/http'
import * as life from '../api/life'
import type { Building } from '../api/types'
import { FormFrame } from '../clerk/FormFrame'
import { TroubleBox } from '../clerk/TroubleBox'
import { WhyFields } from '../clerk/WhyFields'
import { fieldError, type Trouble, useSubmission } from '../clerk/submission'
import { texts } from '../i18n'
import { given, noWhy } from '../registry/draft'
import { dirty, say, task } from '../view/desk'
import { reload } from '../view/record'
import { OneFields } from './OneFields'
import { PatternFields } from './PatternFields'
import { TableFields } from './TableFields'
import { type Unit, newUnit, numberOf, statedOf, unreadable } from './unit'
import { writeOut } from './pattern'
import { dwellings } from './state'

type Way = 'pattern' | 'one' | 'table'
const ways: readonly Way[] = ['pattern', 'one', 'table']

export function AddForm({ building }: { building: Building }) {
  const t = texts.value
  const [way, setWay] = useState<Way>('pattern')
  const [pattern, setPattern] = useState({ floors: '', rooms: '', label: '' })
  const [unit, setUnit] = useState<Unit>(newUnit)
  const [table, setTable] = useState('')
  // Rooms are mostly as old as their house.
  const [why, setWhy] = useState(() => ({ ...noWhy(), validFrom: building.validFrom ?? '' }))
  const [local, setLocal] = useState<Record<string, string>>({})
  const submission = useSubmission()

  useEffect(() => {
    dirty.value = pattern.floors + pattern.rooms + unit.label + table + why.reason + why.document !== ''
  }, [pattern, unit, table, why])

  const errorOf = (field: string) => local[field] ?? fieldError(submission.trouble, field) ?? fieldError(submission.trouble, `pattern.${field}`) ?? fieldError(submission.trouble, `dwellings.0.${field}`)
  const taken = new Set((dwellings.value?.dwellings ?? []).map((d) => d.label))

  function wrongHere(): Record<string, string> {
    if (way === 'table') return table.trim() === '' ? { table: t.session.required } : {}
    const wrong = Object.fromEntries(unreadable(way === 'one' ? unit : { ...unit, floor: '' }).map((field) => [field, t.clerk.notNumber]))
    if (way === 'one') return unit.label.trim() === '' ? { ...wrong, label: t.session.required } : wrong
    const written = writeOut(pattern)
    return 'fault' in written ? { ...wrong, [written.at]: t.life.faults[written.fault] } : wrong
  }

  async function save(): Promise<void> {
    const wrong = wrongHere()
    setLocal(wrong)
    if (Object.keys(wrong).length > 0) return
    const answer = await submission.send({ way, pattern, unit, table, why }, send)
    if (!answer) return
    dirty.value = false
    task.value = 'none'
    void reload()
    say(t.life.added(answer.value.dwellings.length))
  }

  function send(key: string) {
    if (way === 'table') return life.addTable(building.code, table, given(why), key)
    const { validFrom, ...rest } = given(why)
    const since = validFrom ? { validFrom } : {}
    const body: life.NewDwellings =
      way === 'one'
        ? { dwellings: [statedOf(unit)], ...since, ...rest }
        : {
            pattern: {
              floors: pattern.floors,
              rooms: pattern.rooms,
              use: unit.use,
              label: pattern.label.trim() || '{floor}{room}',
              ...(numberOf(unit.area) === null ? {} : { area: numberOf(unit.area)! }),
            },
            ...since,
            ...rest,
          }
    return life.addDwellings(building.code, body, key)
  }

  return (
    <FormFrame title={t.life.addTitle} code={building.code} submit={t.life.addConfirm} busy={submission.busy} onSubmit={() => void save()}>
      <div class="segmented wide" role="group" aria-label={t.life.way}>
        {ways.map((w) => (
          <button key={w} type="button" aria-pressed={way === w} onClick={() => (setWay(w), setLocal({}), submission.forget())}>
            {t.life.ways[w]}
          </button>
        ))}
      </div>
      <TroubleBox trouble={submission.trouble} fields={['pattern', 'dwellings', 'reason', 'document', 'validFrom', 'floors', 'rooms', 'label']}>
        <Lines trouble={submission.trouble} />
      </TroubleBox>
      {way === 'pattern' && <PatternFields pattern={pattern} unit={unit} taken={taken} errorOf={errorOf} onPattern={setPattern} onUnit={setUnit} />}
      {way === 'one' && <OneFields unit={unit} errorOf={errorOf} onChange={setUnit} />}
      {way === 'table' && <TableFields table={table} error={local['table']} onChange={setTable} />}
      <WhyFields why={why} errorOf={errorOf} dateHint={t.act.today} onChange={setWhy} />
    </FormFrame>
  )
}

/** What is wrong with dwellings of a list, in the order sent. */
function Lines({ trouble }: { trouble: Trouble }) {
  const errors = trouble instanceof ProblemError ? (trouble.problem.errors ?? []).filter((e) => /^dwellings\.([1-9]|0$)/.test(e.field)) : []
  if (errors.length === 0) return null
  return (
    <ul class="plain">
      {errors.slice(0, 20).map((e) => (
        <li key={e.field}>
          {e.field} {e.reason}
        </li>
      ))}
    </ul>
  )
}
