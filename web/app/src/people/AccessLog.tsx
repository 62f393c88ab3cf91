// "Who looked at this house?", by code, by account, by period.
import { useEffect, useState } from 'preact/hooks'
import { type Access, accesses } from '../api/people'
import { fieldError, useSubmission } from '../clerk/submission'
import { Refusal } from '../grid/Refusal'
import { lang, showInstant } from '../i18n'
import { codeLike, inFours } from '../registry/code'
import { Field, TextInput } from '../ui/Field'
import { info } from '../view/desk'
import { t } from './texts'

interface Props {
  /** Whose doings are asked for at once; empty for nobody's. */
  account: string
}

const mostCodes = 6

export function AccessLog({ account: first }: Props) {
  const m = t.value
  const zone = info.value?.timezone ?? 'UTC'
  const submission = useSubmission()
  const [code, setCode] = useState('')
  const [account, setAccount] = useState(first)
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [list, setList] = useState<Access[] | null>(null)
  const [next, setNext] = useState<string | null>(null)
  const backwards = from !== '' && to !== '' && to < from

  async function ask(cursor: string | null): Promise<void> {
    if (backwards) return
    const filter = { code: codeLike(code) ?? code.trim(), account: account.trim().toLowerCase(), from, to, cursor }
    const page = await submission.send(filter, () => accesses(filter))
    if (!page) return
    setList(cursor === null ? page.accesses : [...(list ?? []), ...page.accesses])
    setNext(page.next)
  }
  useEffect(() => void ask(null), [])

  return (
    <section class="page-column" aria-labelledby="access-title">
      <header class="panel-head">
        <h2 id="access-title">{m.accessTitle}</h2>
      </header>
      <p class="quiet-text">{m.accessText}</p>
      <form
        class="access-ask"
        noValidate
        aria-labelledby="access-title"
        onSubmit={(event) => {
          event.preventDefault()
          void ask(null)
        }}
      >
        <Field label={m.code} error={fieldError(submission.trouble, 'code')}>
          {(tie) => <TextInput tie={tie} value={code} maxLength={40} inputMode="numeric" autoComplete="off" onText={setCode} />}
        </Field>
        <Field label={m.accessAccount} error={fieldError(submission.trouble, 'account')}>
          {(tie) => <TextInput tie={tie} value={account} maxLength={60} autoCapitalize="none" autoComplete="off" spellcheck={false} onText={setAccount} />}
        </Field>
        <Field label={m.from} error={fieldError(submission.trouble, 'from')}>
          {(tie) => <TextInput tie={tie} type="date" value={from} onText={setFrom} />}
        </Field>
        <Field label={m.to} error={fieldError(submission.trouble, 'to') ?? (backwards ? m.endBeforeStart : undefined)}>
          {(tie) => <TextInput tie={tie} type="date" value={to} onText={setTo} />}
        </Field>
        <button type="submit" class="button primary" aria-disabled={submission.busy}>
          {submission.busy ? m.asking : m.ask}
        </button>
      </form>
      <Refusal trouble={submission.trouble} fields={['code', 'account', 'from', 'to']} />
      <p role="status">{list?.length === 0 ? m.accessNone : ''}</p>
      {list !== null && list.length > 0 && (
        <div class="table-scroll" tabIndex={0} role="region" aria-label={m.accessEntries}>
          <table>
            <thead>
              <tr>
                <th scope="col">{m.when}</th>
                <th scope="col">{m.who}</th>
                <th scope="col">{m.act}</th>
                <th scope="col">{m.codes}</th>
              </tr>
            </thead>
            <tbody>
              {list.map((access, i) => (
                <tr key={`${access.at} ${i}`}>
                  <td>{showInstant(access.at, lang.value, zone)}</td>
                  <td>{access.account}</td>
                  <td>{m.acts[access.act] ?? access.act}</td>
                  <td>
                    {access.codes.slice(0, mostCodes).map((c) => (
                      <>
                        <a class="code" href={`/#${c}`}>
                          {inFours(c)}
                        </a>{' '}
                      </>
                    ))}
                    {access.codes.length > mostCodes && m.moreCodes(access.codes.length - mostCodes)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {next !== null && (
        <button type="button" class="button" aria-disabled={submission.busy} onClick={() => void ask(next)}>
          {m.more}
        </button>
      )}
    </section>
  )
}
