import { useState } from 'preact/hooks'
import { texts } from '../i18n'
import { Field } from '../ui/Field'
import { glance } from './table'

interface Props {
  table: string
  error: string | undefined
  onChange(table: string): void
}

const largest = 1_000_000 // bytes; 5,000 lines are a fifth of it

/** A table of dwellings, pasted from a spreadsheet or taken from a file. */
export function TableFields({ table, error, onChange }: Props) {
  const t = texts.value
  const [unread, setUnread] = useState('')
  const seen = table.trim() ? glance(table) : null
  const read = async (file: File | undefined) => {
    if (!file) return
    if (file.size > largest) {
      setUnread(t.trouble.titles['too_large'] ?? '')
      return
    }
    setUnread('')
    onChange(await file.text())
  }
  return (
    <>
      <Field label={t.life.table} error={error} hint={t.life.tableHint}>
        {(tie) => (
          <textarea {...tie} rows={6} class="code-area" spellcheck={false} placeholder={t.life.tableExample} value={table} onInput={(event) => onChange(event.currentTarget.value)} />
        )}
      </Field>
      <Field label={t.life.tableFile} error={unread || undefined}>
        {(tie) => <input {...tie} type="file" accept=".csv,.tsv,.txt,text/csv,text/plain" onChange={(event) => void read(event.currentTarget.files?.[0])} />}
      </Field>
      {seen && (
        <div class="glance">
          <p role="status">
            <strong>{t.life.willBe(seen.lines)}</strong>
          </p>
          <div class="glance-scroll" tabIndex={0} role="group" aria-label={t.life.willBe(seen.lines)}>
            <table class="dwellings">
              <thead>
                <tr>
                  {seen.header.map((h, i) => (
                    <th key={i} scope="col" class={h.column ? '' : 'unknown'}>
                      {h.name} {!h.column && <small>{t.life.columnUnknown}</small>}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {seen.sample.map((row, i) => (
                  <tr key={i}>
                    {row.map((cell, j) => (
                      <td key={j}>{cell}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </div>
      )}
    </>
  )
}
