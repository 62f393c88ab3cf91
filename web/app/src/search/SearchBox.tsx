// Search as a combobox: letters ask, arrows walk, Enter opens, Esc leaves. "/" comes here from anywhere.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Bounds } from '../api/types'
import { texts } from '../i18n'
import { house } from '../map/current'
import { revealOpen } from '../map/MapView'
import { codeFault, codeLike, inFours } from '../registry/code'
import { Icon } from '../ui/Icon'
import { open } from '../view/desk'
import { record } from '../view/record'
import { type Found, find } from './find'
import { type Choice, choicesOf } from './choices'
import { wantsReveal } from './reveal'

type Phase = 'idle' | 'asking' | 'answered' | 'failed'

const pause = 180

export function SearchBox() {
  const t = texts.value
  const input = useRef<HTMLInputElement>(null)
  const [words, setWords] = useState('')
  const [found, setFound] = useState<Found | null>(null)
  const [phase, setPhase] = useState<Phase>('idle')
  const [shown, setShown] = useState(false)
  const [at, setAt] = useState(-1)
  /** The words that Enter was pressed for before their answer was here. */
  const eager = useRef<string | null>(null)
  const trimmed = words.trim()
  // An answer to other words than those in the box is shown until the next is here, and never opened.
  const choices = found ? choicesOf(found, t) : []
  const current = phase === 'answered' && found?.words === trimmed

  useEffect(() => {
    setAt(-1)
    if (trimmed.length < 2) {
      setFound(null)
      setPhase('idle')
      return
    }
    const run = new AbortController()
    setPhase('asking')
    const timer = setTimeout(() => {
      find(trimmed, run.signal)
        .then((answer) => {
          if (run.signal.aborted) return
          setFound(answer)
          setPhase('answered')
          if (eager.current === answer.words) pickFirst(answer)
        })
        .catch(() => {
          if (!run.signal.aborted) setPhase('failed')
        })
    }, pause)
    return () => {
      clearTimeout(timer)
      run.abort()
    }
  }, [trimmed])

  /** What Enter means when nothing was chosen. A slip of the pen is never guessed at. */
  function pickFirst(answer: Found): void {
    const first = choicesOf(answer, texts.peek())[0]
    if (first && answer.code?.is !== 'bad') pick(first)
  }

  function pick(choice: Choice): void {
    setShown(false)
    eager.current = null
    if (choice.code) {
      wantsReveal.value = choice.code
      open(choice.code)
      if (record.peek()?.code === choice.code && record.peek()?.building) revealOpen()
    } else if (choice.bounds) house.peek()?.showBounds(choice.bounds as Bounds, 17)
  }

  function keyDown(event: KeyboardEvent): void {
    if (event.isComposing) return
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp':
        event.preventDefault()
        setShown(true)
        if (choices.length > 0) setAt((now) => (now + (event.key === 'ArrowDown' ? 1 : now < 0 ? 0 : -1) + choices.length) % choices.length)
        return
      case 'Enter': {
        event.preventDefault()
        if (current && choices[at]) pick(choices[at])
        else if (current && found) pickFirst(found)
        else eager.current = trimmed
        return
      }
      case 'Escape':
        event.stopPropagation()
        if (shown && words) setShown(false)
        else input.current?.blur()
        return
    }
  }

  const listed = shown && phase !== 'idle'
  return (
    <div class="search" role="search" onFocusOut={(event) => !event.currentTarget.contains(event.relatedTarget as Node) && setShown(false)}>
      <Icon name="search" />
      <input
        ref={input}
        id="search"
        type="text"
        inputMode="search"
        enterKeyHint="search"
        role="combobox"
        autoComplete="off"
        autoCapitalize="off"
        spellcheck={false}
        aria-label={t.search.label}
        aria-expanded={listed && choices.length > 0}
        aria-controls="search-results"
        aria-autocomplete="list"
        aria-keyshortcuts="/"
        {...(at >= 0 ? { 'aria-activedescendant': `search-${at}` } : {})}
        placeholder={t.search.placeholder}
        maxLength={200}
        value={words}
        onInput={(event) => {
          setWords(event.currentTarget.value)
          setShown(true)
        }}
        onFocus={() => setShown(true)}
        onKeyDown={keyDown}
      />
      {words ? (
        <button
          type="button"
          class="icon-button quiet"
          aria-label={t.search.clear}
          onClick={() => {
            setWords('')
            input.current?.focus()
          }}
        >
          <Icon name="close" />
        </button>
      ) : (
        <kbd aria-hidden="true">/</kbd>
      )}
      <div class="search-panel" hidden={!listed}>
        <p class="search-message" role="status">
          {message(phase, found, choices.length)}
        </p>
        <ul id="search-results" role="listbox" aria-label={t.search.results(choices.length)}>
          {choices.map((choice, index) => (
            <li
              key={choice.key}
              id={`search-${index}`}
              role="option"
              aria-selected={index === at}
              class="choice"
              onPointerDown={(event) => event.preventDefault()}
              onPointerMove={() => setAt(index)}
              onClick={() => pick(choice)}
            >
              <span class="choice-main">{choice.main}</span>
              <span class="choice-side">{choice.side}</span>
            </li>
          ))}
        </ul>
        {phase === 'answered' && found?.more && <p class="search-message">{t.search.more}</p>}
      </div>
    </div>
  )

  function message(now: Phase, answer: Found | null, count: number): string {
    if (now === 'asking') return t.search.searching
    if (now === 'failed') return t.search.failed
    if (now === 'idle' || !answer) return ''
    const fault = codeFault(words)
    if (fault?.is === 'letters') return t.search.letters
    if (fault?.is === 'length' && answer.code?.is === 'bad') return t.search.digits(fault.digits)
    if (answer.code?.is === 'bad') return answer.code.suggestions.length > 0 ? t.search.badCode : t.search.badCodeAlone
    if (answer.code?.is === 'never_issued') return `${inFours(codeLike(words) ?? words)}: ${t.search.notIssued}`
    if (count === 0) return `${t.search.nothing}. ${t.search.nothingHint}`
    return t.search.results(count)
  }
}
