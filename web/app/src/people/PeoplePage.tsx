// The operator's page: people and their accounts, offices, and who looked at what.
import { useEffect, useState } from 'preact/hooks'
import { type Office, offices as listOffices } from '../api/people'
import { leaving } from '../view/desk'
import { AccessLog } from './AccessLog'
import { Offices } from './Offices'
import { PasswordDialog } from './PasswordDialog'
import { PeopleList } from './PeopleList'
import { t } from './texts'

type Tab = 'people' | 'offices' | 'access'

export function PeoplePage() {
  const m = t.value
  const [tab, setTab] = useState<Tab>('people')
  const [offices, setOffices] = useState<Office[]>([])
  const [failed, setFailed] = useState(false)
  const [secret, setSecret] = useState<{ name: string; password: string } | null>(null)
  const [whose, setWhose] = useState('')

  async function load(): Promise<void> {
    try {
      setOffices(await listOffices())
      setFailed(false)
    } catch {
      setFailed(true)
    }
  }
  useEffect(() => void load(), [])

  return (
    <main class="people-page">
      <nav class="grid-tabs" aria-label={m.tabs.label}>
        <ul>
          {(['people', 'offices', 'access'] as const).map((name) => (
            <li key={name}>
              <button type="button" {...(tab === name ? { 'aria-current': 'true' as const } : {})} onClick={() => leaving(() => (setWhose(''), setTab(name)))}>
                {m.tabs[name]}
              </button>
            </li>
          ))}
        </ul>
      </nav>
      {failed && (
        <div class="trouble" role="alert">
          <p>{m.failed}</p>
        </div>
      )}
      {tab === 'people' && (
        <PeopleList
          offices={offices}
          onPassword={(name, password) => setSecret({ name, password })}
          onAccess={(name) =>
            leaving(() => {
              setWhose(name)
              setTab('access')
            })
          }
        />
      )}
      {tab === 'offices' && <Offices offices={offices} onChanged={() => void load()} />}
      {tab === 'access' && <AccessLog key={whose} account={whose} />}
      {secret && <PasswordDialog {...secret} onClose={() => setSecret(null)} />}
    </main>
  )
}
