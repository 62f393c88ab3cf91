// "Who answers here?" by typing an address or a code; clicking the map asks the same.
import { useRef, useState } from 'preact/hooks'
import { inFours } from '../registry/code'
import { ProblemError } from '../api/http'
import type { Position } from '../api/types'
import { boundsOf } from '../map/affected'
import { codeLike } from '../registry/code'
import { Icon } from '../ui/Icon'
import * as api from './api'
import { choose, map } from './desk'
import { words } from './texts'

export const whoField = 'who'

export function Who() {
  const w = words.value
  const [typed, setTyped] = useState('')
  const [state, setState] = useState<'idle' | 'asking' | 'none' | 'failed'>('idle')
  const [others, setOthers] = useState<api.Lookup['others']>([])
  const running = useRef<AbortController | null>(null)

  async function ask(what = typed.trim()): Promise<void> {
    if (what === '') return
    running.current?.abort()
    const run = (running.current = new AbortController())
    setState('asking')
    setOthers([])
    try {
      const found = await api.lookup(codeLike(what) ? { code: what } : { q: what }, run.signal)
      if (run.signal.aborted) return
      const at = placeOf(found)
      setState(at ? 'idle' : 'none')
      if (!at) return
      setOthers(found.others)
      choose(found.cell, at)
      const bounds = found.building?.geometry && boundsOf(found.building.geometry.coordinates)
      map.peek()?.reveal(bounds ?? [at[0], at[1], at[0], at[1]])
    } catch (error) {
      if (run.signal.aborted) return
      const unknown = error instanceof ProblemError && (error.status === 404 || error.status === 422 || error.status === 400)
      setState(unknown ? 'none' : 'failed')
    }
  }

  const told = { idle: w.whoHint, asking: w.whoAsking, none: w.whoNone, failed: w.whoFailed }[state]
  return (
    <form
      class="who"
      role="search"
      aria-label={w.who}
      onSubmit={(event) => {
        event.preventDefault()
        void ask()
      }}
    >
      <label for={whoField}>{w.who}</label>
      <div class="who-row">
        <input
          id={whoField}
          type="search"
          value={typed}
          placeholder={w.whoPlaceholder}
          aria-keyshortcuts="/"
          aria-describedby="who-told"
          autoComplete="off"
          spellcheck={false}
          maxLength={200}
          onInput={(event) => {
            setTyped(event.currentTarget.value)
            setState('idle')
            setOthers([])
          }}
        />
        <button type="submit" class="button" aria-disabled={state === 'asking'}>
          <Icon name="search" /> {w.whoAsk}
        </button>
      </div>
      <p id="who-told" class={state === 'none' || state === 'failed' ? 'field-error' : 'quiet-text'} role="status">
        {told}
      </p>
      {others.length > 0 && (
        <>
          <p class="quiet-text" id="who-others">
            {w.whoOthers}
          </p>
          <ul class="rows who-others" aria-labelledby="who-others">
            {others.slice(0, 6).map((other) => (
              <li key={other.code}>
                <button type="button" class="row" onClick={() => void ask(other.code)}>
                  <span class="row-main">{[other.name, other.address].filter(Boolean).join(', ') || w.house}</span>
                  <span class="code">{inFours(other.code)}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </form>
  )
}

function placeOf({ building }: api.Lookup): Position | null {
  return (building?.point as Position | null | undefined) ?? null
}
