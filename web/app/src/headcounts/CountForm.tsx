// Stating how many live in a house, from its dwellings and what holds today.
import { useEffect, useState } from 'preact/hooks'
import * as api from '../api/headcounts'
import type { Dwelling } from '../api/life'
import { FormFrame } from '../clerk/FormFrame'
import { TroubleBox } from '../clerk/TroubleBox'
import { fieldError, useSubmission } from '../clerk/submission'
import { dirty, info, putDown, say } from '../view/desk'
import { CountFields } from './CountFields'
import { faultOf, isChanged, rowsOf, sources, statementsOf } from './draft'
import { words } from './texts'

interface Props {
  code: string
  dwellings: readonly Dwelling[]
  statements: readonly api.Statement[]
  onDone(): void
}

export function CountForm({ code, dwellings, statements, onDone }: Props) {
  const t = words.value
  const [rows, setRows] = useState(() => rowsOf(code, dwellings, statements, info.peek()?.today ?? ''))
  const [source, setSource] = useState(sources[0]!)
  const [from, setFrom] = useState('')
  const [withPermits, setWithPermits] = useState(() => rows.some((row) => row.permits !== ''))
  const submission = useSubmission()
  const typed = withPermits ? rows : rows.map((row) => ({ ...row, permits: '' }))
  const sent = typed.filter(isChanged)

  useEffect(() => {
    dirty.value = sent.length > 0
  }, [sent.length])

  const errorOf = (row: string, field: 'heads' | 'permits') => {
    const place = sent.findIndex((r) => r.code === row)
    return place < 0 ? undefined : fieldError(submission.trouble, `statements.${place}.${field}`)
  }
  const fromError = submission.trouble ? sent.map((_, i) => fieldError(submission.trouble, `statements.${i}.from`)).find(Boolean) : undefined

  async function save(): Promise<void> {
    if (typed.some(faultOf)) return
    if (sent.length === 0) {
      say(t.unchanged)
      return
    }
    const body = statementsOf(typed, source, from)
    const done = await submission.send(body, async (key) => {
      await api.state(body, key)
      return true
    })
    if (!done) return
    dirty.value = false
    say(t.saved(body.length))
    onDone()
  }

  return (
    <FormFrame title={t.title} code={code} submit={t.save} busy={submission.busy} onSubmit={() => void save()} onCancel={putDown}>
      <p class="form-text">{rows.length === 1 && rows[0]!.label === '' ? t.hintBuilding : t.hint}</p>
      <TroubleBox trouble={submission.trouble} fields={['statements']} />
      <CountFields
        rows={rows}
        source={source}
        from={from}
        withPermits={withPermits}
        errorOf={errorOf}
        fromError={fromError}
        onRows={setRows}
        onSource={setSource}
        onFrom={setFrom}
        onPermits={setWithPermits}
      />
    </FormFrame>
  )
}
