// Zones from divisions: each chosen one becomes a zone with its present boundary.
import { useEffect, useState } from 'preact/hooks'
import type { Division } from '../api/types'
import { FormFrame } from '../clerk/FormFrame'
import { TroubleBox } from '../clerk/TroubleBox'
import { useSubmission } from '../clerk/submission'
import { texts } from '../i18n'
import { Field, TextInput } from '../ui/Field'
import { dirty, say } from '../view/desk'
import * as api from './api'
import type { ZoneKind } from './api'
import { DateField } from './DateField'
import { finish, putDown } from './desk'
import { KindField } from './ZoneFields'
import { words } from './texts'

export function DivisionsForm() {
  const w = words.value
  const t = texts.value
  const [list, setList] = useState<Division[] | null>(null)
  const [failed, setFailed] = useState(false)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [typed, setTyped] = useState('')
  const [kind, setKind] = useState<ZoneKind>('priority')
  const [validFrom, setValidFrom] = useState('')
  const [missing, setMissing] = useState(false)
  const submission = useSubmission()

  useEffect(() => {
    const run = new AbortController()
    api.divisions(run.signal).then(
      (all) => setList(all.filter((d) => d.bounds)),
      () => !run.signal.aborted && setFailed(true),
    )
    return () => run.abort()
  }, [])

  const shown = (list ?? []).filter((d) => d.name.toLowerCase().includes(typed.trim().toLowerCase()))

  const toggle = (id: string) => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
    setMissing(false)
    dirty.value = next.size > 0
  }

  async function save(): Promise<void> {
    setMissing(chosen.size === 0)
    if (chosen.size === 0) return
    const body = { divisions: [...chosen], kind, ...(validFrom ? { validFrom } : {}) }
    const made = await submission.send(body, (key) => api.fromDivisions(body, key))
    if (!made) return
    finish(made.length === 1 ? made[0]!.id : null)
    say(w.divisionsDone(made.length))
  }

  return (
    <FormFrame title={w.actHint.divisions} submit={chosen.size > 0 ? w.divisionsSave(chosen.size) : w.save} busy={submission.busy} onSubmit={() => void save()} onCancel={putDown}>
      <p class="form-text">{w.divisionsText}</p>
      <TroubleBox trouble={submission.trouble} fields={['divisions', 'kind', 'validFrom']} />
      <Field label={w.divisionsFilter}>{(tie) => <TextInput tie={tie} value={typed} maxLength={100} autoComplete="off" onText={setTyped} />}</Field>
      <fieldset class="choices">
        <legend>{w.divisionsChosen(chosen.size)}</legend>
        {failed && <p class="field-error">{w.failed}</p>}
        {list && shown.length === 0 && <p class="quiet-text">{w.divisionsNone}</p>}
        <div class="choice-list">
          {shown.map((d) => (
            <label key={d.id}>
              <input type="checkbox" checked={chosen.has(d.id)} onChange={() => toggle(d.id)} />
              <span>
                {d.name} <small>{w.level(d.level)}</small>
              </span>
            </label>
          ))}
        </div>
        {missing && (
          <p class="field-error" role="alert">
            {w.divisionsNeeded}
          </p>
        )}
      </fieldset>
      <KindField kind={kind} onChange={setKind} />
      <DateField label={t.field.validFrom} hint={w.newFromHint} value={validFrom} onChange={setValidFrom} />
    </FormFrame>
  )
}
