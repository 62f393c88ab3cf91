// Assignments as a table: out of the registry, and into it after a look at what the table would change.
import { useState } from 'preact/hooks'
import * as grid from '../api/grid'
import type { ImportReport } from '../api/grid'
import { useSubmission } from '../clerk/submission'
import { Field, TextInput } from '../ui/Field'
import { Icon } from '../ui/Icon'
import { say } from '../view/desk'
import { whenText } from './InstantField'
import { Refusal } from './Refusal'
import { at, mayAssign, reload, role } from './state'
import { t } from './texts'

const mostErrors = 100

export function Files() {
  const m = t.value.files
  const submission = useSubmission()
  const [name, setName] = useState('')
  const [table, setTable] = useState('')
  const [reason, setReason] = useState('')
  const [report, setReport] = useState<ImportReport | null>(null)
  const [unread, setUnread] = useState(false)

  async function pick(file: File | undefined): Promise<void> {
    setReport(null)
    submission.forget()
    setUnread(false)
    setName(file?.name ?? '')
    try {
      setTable(file ? await file.text() : '')
    } catch {
      setUnread(true)
    }
  }

  async function send(dryRun: boolean): Promise<void> {
    if (table === '') return
    const found = await submission.send({ table, dryRun, reason }, (key) => grid.importAssignments(table, dryRun, reason.trim(), key))
    if (!found) return
    if (dryRun) return setReport(found)
    say(m.done(found.changed))
    setReport(null)
    setTable('')
    setName('')
    await reload()
  }

  return (
    <section class="grid-tab" aria-labelledby="files-title">
      <header class="panel-head">
        <h2 id="files-title">{m.title}</h2>
      </header>
      <h3>{m.export}</h3>
      <p class="form-text">{m.exportText(t.value.territories.roles[role.value], whenText(at.value))}</p>
      <a class="button" href={grid.exportAddress(role.value, at.value)} download>
        <Icon name="file" /> {m.download}
      </a>
      {mayAssign.value && (
        <form
          class="files-import"
          noValidate
          aria-labelledby="import-title"
          onSubmit={(event) => {
            event.preventDefault()
            void send(!report || report.errors.length > 0)
          }}
        >
          <h3 id="import-title">{m.import}</h3>
          <p class="form-text">{m.importText}</p>
          <pre class="example" tabIndex={0} aria-label={m.example}>
            {'community,person,role,from,to\nVaduz,mei,officer,2026-12-01,\nSchaan,li,officer,2026-12-01,2027-06-30'}
          </pre>
          <Field label={m.file} error={unread ? m.unread : undefined}>
            {(tie) => <input {...tie} type="file" accept=".csv,text/csv,text/plain" onChange={(event) => void pick(event.currentTarget.files?.[0])} />}
          </Field>
          <Field label={t.value.assign.reason} hint={t.value.assign.reasonHint}>
            {(tie) => <TextInput tie={tie} value={reason} maxLength={500} onText={setReason} />}
          </Field>
          <Refusal trouble={submission.trouble} />
          {report && (
            <div class={`verdict-box ${report.errors.length > 0 ? 'bad' : 'good'}`} role="status">
              <p>{report.errors.length > 0 ? m.faults(report.errors.length) : m.plan(report.rows, report.changed)}</p>
              {report.errors.length > 0 && (
                <div class="table-scroll" tabIndex={0} role="region" aria-label={m.faultList}>
                  <table>
                    <thead>
                      <tr>
                        <th scope="col">{m.row}</th>
                        <th scope="col">{m.what}</th>
                      </tr>
                    </thead>
                    <tbody>
                      {report.errors.slice(0, mostErrors).map((e, i) => (
                        <tr key={i}>
                          <th scope="row">{e.field}</th>
                          <td>{e.reason}</td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              )}
            </div>
          )}
          <div class="sketch-buttons">
            <button type="submit" class="button primary" aria-disabled={submission.busy || table === ''}>
              {submission.busy ? t.value.assign.working : report && report.errors.length === 0 ? m.apply(report.changed) : m.check}
            </button>
            {name && <span class="quiet-text">{name}</span>}
          </div>
        </form>
      )}
    </section>
  )
}
