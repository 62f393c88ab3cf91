// Who looked at this house: for its landlord and its administrator, from the access log.
import { useState } from 'preact/hooks'
import { ProblemError } from '../api/http'
import { type Access, accesses } from '../api/people'
import { lang, showInstant, texts } from '../i18n'
import { Icon } from '../ui/Icon'
import { info } from '../view/desk'
import { words } from './texts'

export function Looked({ code }: { code: string }) {
  const t = words.value
  const [list, setList] = useState<Access[] | null>(null)
  const [next, setNext] = useState<string | null>(null)
  const [trouble, setTrouble] = useState('')

  async function load(cursor: string | null): Promise<void> {
    setTrouble('')
    try {
      const page = await accesses({ code, ...(cursor ? { cursor } : {}) })
      setList([...(cursor ? (list ?? []) : []), ...page.accesses])
      setNext(page.next)
    } catch (error) {
      setTrouble(error instanceof ProblemError ? error.message : texts.value.trouble.unreachable)
    }
  }

  return (
    <section aria-labelledby="looked-title">
      <h3 id="looked-title">{t.looked}</h3>
      {!list && (
        <button type="button" class="button small start" onClick={() => void load(null)}>
          <Icon name="eye" /> {t.lookedShow}
        </button>
      )}
      {trouble && (
        <p class="field-error" role="alert">
          {trouble}
        </p>
      )}
      {list && (
        <div role="status">
          {list.length === 0 && <p class="quiet-text">{t.lookedNone}</p>}
          <ul class="looked plain">
            {list.map((access, i) => (
              <li key={i}>
                <time dateTime={access.at}>{showInstant(access.at, lang.value, info.value?.timezone ?? 'UTC')}</time> <strong>{access.account}</strong>{' '}
                <span class="quiet-text">{t.act[access.act] ?? access.act}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {next && (
        <button type="button" class="button small start" onClick={() => void load(next)}>
          {t.lookedMore}
        </button>
      )}
    </section>
  )
}
