// What was proposed in this grid, and what the clerks said to it.
import { useState } from 'preact/hooks'
import { ProblemError } from '../api/http'
import * as work from '../api/work'
import { lang, showInstant, texts } from '../i18n'
import { boundsOf } from '../map/affected'
import { shownMap } from '../map/current'
import { inFours } from '../registry/code'
import { Icon } from '../ui/Icon'
import { say } from '../view/desk'
import { grid, open, refresh, zone } from './day'
import { words } from './texts'

export function Proposals() {
  const t = words.value
  const list = grid.value!.proposals
  if (list.length === 0) return <p class="walk-note quiet-text">{t.noProposals}</p>
  return (
    <ul class="proposals plain">
      {list.map((proposal) => (
        <One key={proposal.id} proposal={proposal} />
      ))}
    </ul>
  )
}

function One({ proposal: p }: { proposal: work.Proposal }) {
  const t = words.value
  const [busy, setBusy] = useState(false)
  const inGrid = (code: string) => grid.value!.houses.some((house) => house.code === code)
  const when = (instant: string) => showInstant(instant, lang.value, zone())

  async function withdraw(): Promise<void> {
    if (busy) return
    setBusy(true)
    try {
      await work.withdrawProposal(p.id)
      say(t.withdrawn)
    } catch (error) {
      say(error instanceof ProblemError ? error.message : texts.peek().trouble.unreachable)
    }
    setBusy(false)
    await refresh()
  }

  return (
    <li class={`proposal is-${p.state}`}>
      <p class="proposal-head">
        <strong>{t.kind[p.kind]}</strong> <span class="chip">{t.state[p.state]}</span>
      </p>
      {p.note && <p>{p.note}</p>}
      <p class="quiet-text">
        {t.made(when(p.madeAt))}
        {p.decidedAt && p.state !== 'withdrawn' ? ` · ${t.answered(when(p.decidedAt))}` : ''}
      </p>
      {p.reason && (
        <p>
          <span class="quiet-text">{t.answer}:</span> {p.reason}
        </p>
      )}
      <div class="proposal-acts">
        {p.code && <House code={p.code} here={inGrid(p.code)} />}
        {p.result && p.result !== p.code && (
          <span>
            {t.became} <House code={p.result} here={inGrid(p.result)} />
          </span>
        )}
        {p.geometry && (
          <button type="button" class="button" onClick={() => showOnMap(p)}>
            <Icon name="locate" /> {texts.value.card.onMap}
          </button>
        )}
        {p.state === 'open' && p.mine && (
          <button type="button" class="button" aria-disabled={busy} onClick={() => void withdraw()}>
            {t.withdraw}
          </button>
        )}
      </div>
    </li>
  )
}

const House = ({ code, here }: { code: string; here: boolean }) =>
  here ? (
    <button type="button" class="button code" onClick={() => open(code)}>
      {inFours(code)}
    </button>
  ) : (
    <a class="button code" href={`/#${code}`}>
      {inFours(code)}
    </a>
  )

function showOnMap(p: work.Proposal): void {
  const bounds = p.geometry && boundsOf(p.geometry.coordinates)
  if (bounds) shownMap.peek()?.showBounds(bounds, 18)
}
