// The people of the registry, searched and filtered on the server, a page at a time.
import { useEffect, useRef, useState } from 'preact/hooks'
import { type Office, type Person, people } from '../api/people'
import { Icon } from '../ui/Icon'
import { leaving } from '../view/desk'
import { allRoles } from './RoleTerms'
import { NewPerson } from './NewPerson'
import { PersonCard } from './PersonCard'
import { t } from './texts'

interface Props {
  offices: readonly Office[]
  onPassword(name: string, password: string): void
  onAccess(name: string): void
}

const pause = 200 // ms

export function PeopleList({ offices, onPassword, onAccess }: Props) {
  const m = t.value
  const [q, setQ] = useState('')
  const [role, setRole] = useState('')
  const [office, setOffice] = useState('')
  const [list, setList] = useState<Person[] | null>(null)
  const [next, setNext] = useState<string | null>(null)
  const [failed, setFailed] = useState(false)
  const [open, setOpen] = useState<string | null>(null)
  const [adding, setAdding] = useState(false)
  const [asked, setAsked] = useState(0)
  const side = useRef<HTMLDivElement>(null)

  useEffect(() => {
    const stop = new AbortController()
    const ask = async () => {
      try {
        const page = await people({ q: q.trim(), role, office }, stop.signal)
        setList(page.people)
        setNext(page.next)
        setFailed(false)
      } catch {
        if (!stop.signal.aborted) setFailed(true)
      }
    }
    const timer = setTimeout(() => void ask(), list === null ? 0 : pause)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [q, role, office, asked])

  async function more(): Promise<void> {
    try {
      const page = await people({ q: q.trim(), role, office, cursor: next })
      setList([...(list ?? []), ...page.people])
      setNext(page.next)
    } catch {
      setFailed(true)
    }
  }

  const shown = list?.find((p) => p.name === open) ?? null
  useEffect(() => {
    if (open !== null || adding) side.current?.querySelector<HTMLElement>('h2')?.focus()
  }, [open, adding])

  return (
    <div class={`people${shown || adding ? ' detail' : ''}`}>
      <section class="people-list" aria-label={m.people}>
        <div class="people-filter" role="search">
          <label class="search">
            <Icon name="search" />
            <span class="visually-hidden">{m.search}</span>
            <input type="text" inputMode="search" autoComplete="off" spellcheck={false} maxLength={100} placeholder={m.search} value={q} onInput={(event) => setQ(event.currentTarget.value)} />
          </label>
          <select aria-label={m.role} value={role} onChange={(event) => setRole(event.currentTarget.value)}>
            <option value="">{m.allRoles}</option>
            {allRoles.map((name) => (
              <option key={name} value={name}>
                {m.roleNames[name]}
              </option>
            ))}
          </select>
          <select aria-label={m.office} value={office} onChange={(event) => setOffice(event.currentTarget.value)}>
            <option value="">{m.allOffices}</option>
            {offices.map((o) => (
              <option key={o.id} value={o.id}>
                {o.name}
              </option>
            ))}
          </select>
          <button type="button" class="button primary" onClick={() => leaving(() => (setOpen(null), setAdding(true)))}>
            <Icon name="plus" /> {m.add}
          </button>
        </div>
        {failed && (
          <div class="trouble" role="alert">
            <p>{m.failed}</p>
          </div>
        )}
        <p class="inview-count" role="status">
          {list === null ? '' : list.length === 0 ? `${m.none} ${m.noneHint}` : m.count(list.length, next !== null)}
        </p>
        <ul class="rows">
          {list?.map((person) => (
            <li key={person.name}>
              <button type="button" class="row" aria-pressed={open === person.name} onClick={() => leaving(() => (setAdding(false), setOpen(person.name)))}>
                <span class="row-main">
                  {person.displayName || person.name} <small class="quiet-text">{person.displayName ? person.name : ''}</small>
                </span>
                {person.disabled && <span class="chip">{m.disabled}</span>}
                <span class="row-side">{person.roles.map((r) => m.roleNames[r.role]).join(', ')}</span>
                {person.load && person.load.cells > 0 && <span class="row-side">{m.cellsOnly(person.load.cells)}</span>}
              </button>
            </li>
          ))}
        </ul>
        {next !== null && (
          <button type="button" class="button" onClick={() => void more()}>
            {m.more}
          </button>
        )}
      </section>
      <div class="people-side" ref={side}>
        {adding && (
          <NewPerson
            offices={offices}
            onCancel={() => leaving(() => setAdding(false))}
            onMade={(name, password) => {
              setAdding(false)
              setQ(name)
              setOpen(name)
              setAsked(asked + 1)
              onPassword(name, password)
            }}
          />
        )}
        {shown && (
          <PersonCard
            key={shown.name}
            person={shown}
            offices={offices}
            onChanged={(person) => setList(list!.map((p) => (p.name === person.name ? person : p)))}
            onPassword={onPassword}
            onAccess={onAccess}
            onBack={() => leaving(() => setOpen(null))}
          />
        )}
      </div>
    </div>
  )
}
