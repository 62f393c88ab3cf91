// The clerks' inbox: the list of what officers propose, or the proposal in hand, beside the map.
import { useEffect } from 'preact/hooks'
import { texts } from '../i18n'
import { AcceptForm } from './AcceptForm'
import { InboxMap } from './InboxMap'
import { ProposalCard } from './ProposalCard'
import { ProposalList } from './ProposalList'
import { RefuseForm } from './RefuseForm'
import { begin, failure, inHand, refresh, step } from './inbox'
import { words } from './texts'

export function Inbox() {
  useEffect(begin, [])
  return (
    <div class={`field-page at-${step.value === 'accept' ? 'propose' : step.value === 'refuse' ? 'visit' : step.value}`}>
      <main class="field-sheet">
        {failure.value !== 'none' && (
          <div class="stale" role="alert">
            <p>{failure.value === 'unreachable' ? texts.value.trouble.unreachable : words.value.failed}</p>
            <button type="button" class="button" onClick={() => void refresh()}>
              {texts.value.card.retry}
            </button>
          </div>
        )}
        <Body />
      </main>
      <InboxMap />
    </div>
  )
}

function Body() {
  const proposal = inHand.value
  if (!proposal) return <ProposalList />
  if (step.value === 'accept') return <AcceptForm key={proposal.id} proposal={proposal} />
  if (step.value === 'refuse') return <RefuseForm key={proposal.id} proposal={proposal} />
  return <ProposalCard key={proposal.id} proposal={proposal} />
}
