// Many headcounts from a table: tried first, with what is wrong by line, and then taken whole or not at all.
import { useEffect, useState } from 'preact/hooks'
import * as api from '../api/headcounts'
import { FormFrame } from '../clerk/FormFrame'
import { TroubleBox } from '../clerk/TroubleBox'
import { useSubmission } from '../clerk/submission'
import { texts } from '../i18n'
import { Field, Select } from '../ui/Field'
import { dirty, say, selected, task } from '../view/desk'
import { sources } from './draft'
import { show, shown } from './shown'
import { words } from './texts'

const largest = 4_000_000 // bytes, as the server takes

export function TableForm() {
  const t = words.value
  const [table, setTable] = useState('')
  const [fault, setFault] = useState('')
  const [place, setPlace] = useState('2')
  const [tried, setTried] = useState<api.Stated | null>(null)
  const submission = useSubmission()
  useEffect(() => {
    dirty.value = table.trim() !== ''
    setTried(null)
    setFault('')
  }, [table, place])

  async function read(file: File | undefined): Promise<void> {
    if (!file) return
    if (file.size > largest) setFault(texts.value.trouble.titles['too_large'] ?? '')
    else setTable(await file.text())
  }

  async function send(): Promise<void> {
    if (table.trim() === '') {
      setFault(t.chooseFile)
      return
    }
    const rest = sources[Number(place)]!
    const dryRun = !tried || (tried.wrong ?? 0) > 0
    const answer = await submission.send({ table, rest, dryRun }, (key) => api.stateTable(table, rest, dryRun, key))
    if (!answer) return
    if (dryRun) {
      setTried(answer)
      return
    }
    dirty.value = false
    task.value = 'none'
    say(t.applied(answer.stated))
    const code = selected.peek()
    if (code && shown.peek()?.code === code) void show(code)
  }

  const wrong = tried?.wrong ?? 0
  const rows = tried ? tried.stated + tried.same : 0
  return (
    <FormFrame title={t.uploadTitle} submit={tried && wrong === 0 ? t.apply(rows) : t.tryIt} busy={submission.busy} onSubmit={() => void send()}>
      <p class="form-text">{t.uploadHint}</p>
      <TroubleBox trouble={submission.trouble} fields={[]} />
      <Field label={t.file}>{(tie) => <input {...tie} type="file" accept=".csv,.txt,text/csv,text/plain" onChange={(event) => void read(event.currentTarget.files?.[0])} />}</Field>
      <Field label={t.table} error={fault || undefined}>
        {(tie) => <textarea {...tie} rows={8} class="code-area" spellcheck={false} value={table} placeholder={'code,heads,permits,evidence,declarer,from'} onInput={(event) => setTable(event.currentTarget.value)} />}
      </Field>
      <Field label={t.source} hint={t.sourceHint}>
        {(tie) => <Select tie={tie} value={place} options={sources.map((s, i) => [`${i}`, `${t.said[s.evidence]} · ${t.by[s.declarer]}`] as const)} onChoice={setPlace} />}
      </Field>
      {tried && wrong === 0 && (
        <p role="status">
          <strong>{t.tried(rows)}</strong> {tried.same > 0 && t.same(tried.same)}
        </p>
      )}
      {tried && wrong > 0 && (
        <ul class="plain trouble" role="alert">
          {tried.errors?.map((e) => (
            <li key={`${e.line} ${e.field}`}>{t.rowWrong(`${e.line} ${e.field}`, e.reason)}</li>
          ))}
        </ul>
      )}
    </FormFrame>
  )
}
