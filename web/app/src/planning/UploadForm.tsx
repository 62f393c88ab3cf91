// Zones from a file: first what would happen, then the taking over.
import { useRef, useState } from 'preact/hooks'
import { FormFrame } from '../clerk/FormFrame'
import { TroubleBox } from '../clerk/TroubleBox'
import { useSubmission } from '../clerk/submission'
import { texts } from '../i18n'
import { Field, TextInput } from '../ui/Field'
import { dirty, say } from '../view/desk'
import * as api from './api'
import type { ImportPlan, ZoneKind } from './api'
import { DateField } from './DateField'
import { finish, putDown } from './desk'
import { KindField } from './ZoneFields'
import { words } from './texts'

const told = ['rows', 'new', 'changed', 'same', 'ambiguous', 'rejected', 'gone'] as const

export function UploadForm() {
  const w = words.value
  const t = texts.value
  const input = useRef<HTMLInputElement>(null)
  const [file, setFile] = useState<File | null>(null)
  const [kind, setKind] = useState<ZoneKind>('custom')
  const [source, setSource] = useState('')
  const [validFrom, setValidFrom] = useState('')
  const [plan, setPlan] = useState<ImportPlan | null>(null)
  const [missing, setMissing] = useState(false)
  const submission = useSubmission()

  const again = () => {
    setPlan(null)
    submission.forget()
  }
  const options = (): Record<string, string> => ({
    kind,
    source: source.trim() || (file?.name ?? ''),
    ...(validFrom ? { validFrom } : {}),
  })
  const takes = plan ? plan.new + plan.changed : 0

  async function send(): Promise<void> {
    setMissing(!file)
    if (!file) return
    const what = { name: file.name, size: file.size, modified: file.lastModified, ...options(), apply: plan !== null }
    const answer = await submission.send(what, (key) => api.upload(file, options(), plan === null, key))
    if (!answer) return
    if (plan === null) {
      setPlan(answer)
      return
    }
    dirty.value = false
    finish(null)
    say(w.imported(answer.new + answer.changed))
  }

  return (
    <FormFrame
      title={w.actHint.upload}
      submit={plan === null ? w.plan : w.apply(takes)}
      busy={submission.busy || (plan !== null && takes === 0)}
      {...(plan !== null && takes === 0 ? { status: w.planNothing } : {})}
      onSubmit={() => (plan !== null && takes === 0 ? undefined : void send())}
      onCancel={putDown}
    >
      <Field label={w.file} hint={w.fileHint} error={missing ? w.fileNeeded : undefined}>
        {(tie) => (
          <input
            {...tie}
            ref={input}
            type="file"
            accept=".geojson,.json,.zip,.csv,.txt,application/geo+json,application/zip,text/csv"
            onChange={(event) => {
              setFile(event.currentTarget.files?.[0] ?? null)
              setMissing(false)
              dirty.value = true
              again()
            }}
          />
        )}
      </Field>
      <KindField kind={kind} label={w.fileKind} hint={w.fileKindHint} onChange={(next) => (setKind(next), again())} />
      <Field label={`${w.fileSource} (${t.clerk.optional})`} hint={w.fileSourceHint}>
        {(tie) => <TextInput tie={tie} value={source} maxLength={100} autoComplete="off" onText={(text) => (setSource(text), again())} />}
      </Field>
      <DateField label={t.field.validFrom} hint={w.newFromHint} value={validFrom} onChange={(day) => (setValidFrom(day), again())} />
      <TroubleBox trouble={submission.trouble} fields={[]} />
      {plan && <Plan plan={plan} />}
    </FormFrame>
  )
}

function Plan({ plan }: { plan: ImportPlan }) {
  const w = words.value
  return (
    <section class="plan" role="status" aria-label={w.planTitle}>
      <h3>{w.planTitle}</h3>
      <dl class="facts">
        {told
          .filter((name) => plan[name] > 0 || name === 'new')
          .map((name) => (
            <div key={name}>
              <dt>{w.planLine[name]}</dt>
              <dd>{w.number(plan[name])}</dd>
            </div>
          ))}
      </dl>
      {plan.leftOut.length > 0 && (
        <div class="table-scroll" tabIndex={0} role="region" aria-label={w.leftOut}>
          <table class="numbers">
            <caption>{w.leftOut}</caption>
            <thead>
              <tr>
                <th scope="col" class="number">
                  {w.row}
                </th>
                <th scope="col">{w.reason}</th>
              </tr>
            </thead>
            <tbody>
              {plan.leftOut.map((line, i) => (
                <tr key={i}>
                  <td class="number">{line.row}</td>
                  <td>
                    {line.outcome === 'noted' && `${w.noted} `}
                    {w.reasons[line.reason] ?? line.reason} <small class="quiet-text">{[line.id, line.field, line.detail].filter(Boolean).join(' · ')}</small>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}
