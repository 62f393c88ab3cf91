// Choosing one of many by typing a part of its name: what is typed is looked for on the server, since a city has
// thousands of officers.
import { useEffect, useId, useState } from 'preact/hooks'
import type { Tie } from '../ui/Field'
import { t } from './texts'

export interface Choice<T> {
  key: string
  main: string
  side: string
  value: T
}

interface Props<T> {
  tie: Tie
  /** What is chosen, as text; empty for nothing. */
  text: string
  label: string
  find(words: string, stop: AbortSignal): Promise<Choice<T>[]>
  /** Null when the choice is taken back by typing on. */
  onChoice(value: T | null): void
}

const pause = 150 // ms

export function Picker<T>({ tie, text, label, find, onChoice }: Props<T>) {
  const m = t.value.picker
  const id = useId()
  const [words, setWords] = useState<string | null>(null)
  const [list, setList] = useState<Choice<T>[]>([])
  const [state, setState] = useState<'idle' | 'asking' | 'listed' | 'failed'>('idle')
  const [at, setAt] = useState(-1)
  const open = words !== null

  useEffect(() => {
    if (words === null) return
    const stop = new AbortController()
    const ask = async () => {
      setState('asking')
      try {
        setList(await find(words.trim(), stop.signal))
        setState('listed')
        setAt(-1)
      } catch {
        if (!stop.signal.aborted) setState('failed')
      }
    }
    const timer = setTimeout(() => void ask(), words === '' ? 0 : pause)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [words])

  const choose = (choice: Choice<T>) => {
    onChoice(choice.value)
    setWords(null)
  }

  function keyDown(event: KeyboardEvent): void {
    if (event.isComposing) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (!open) return setWords('')
      if (list.length > 0) setAt((now) => (now + (event.key === 'ArrowDown' ? 1 : now < 0 ? 0 : -1) + list.length) % list.length)
    } else if (event.key === 'Enter' && open) {
      event.preventDefault()
      const choice = list[at] ?? (list.length === 1 ? list[0] : undefined)
      if (choice) choose(choice)
    } else if (event.key === 'Escape' && open) {
      event.preventDefault()
      event.stopPropagation()
      setWords(null)
    }
  }

  return (
    <div class="picker" onFocusOut={(event) => !event.currentTarget.contains(event.relatedTarget as Node) && setWords(null)}>
      <input
        {...tie}
        type="text"
        role="combobox"
        autoComplete="off"
        spellcheck={false}
        aria-autocomplete="list"
        aria-expanded={open && list.length > 0}
        aria-controls={`${id}-list`}
        {...(open && at >= 0 ? { 'aria-activedescendant': `${id}-${at}` } : {})}
        placeholder={m.placeholder}
        maxLength={100}
        value={words ?? text}
        onInput={(event) => {
          setWords(event.currentTarget.value)
          if (text) onChoice(null)
        }}
        onClick={() => !open && setWords('')}
        onKeyDown={keyDown}
      />
      <div class="picker-panel" hidden={!open}>
        <p class="search-message" role="status">
          {state === 'asking' ? m.searching : state === 'failed' ? m.failed : state === 'listed' && list.length === 0 ? m.nothing : ''}
        </p>
        <ul id={`${id}-list`} role="listbox" aria-label={label}>
          {list.map((choice, i) => (
            <li
              key={choice.key}
              id={`${id}-${i}`}
              role="option"
              aria-selected={i === at}
              class="choice"
              onPointerDown={(event) => event.preventDefault()}
              onPointerMove={() => setAt(i)}
              onClick={() => choose(choice)}
            >
              <span class="choice-main">{choice.main}</span>
              <span class="choice-side">{choice.side}</span>
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}
