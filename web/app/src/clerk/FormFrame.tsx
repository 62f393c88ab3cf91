// The frame of every clerk's form: a heading that takes the focus, the fields, and the two ways out.
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { texts } from '../i18n'
import { inFours } from '../registry/code'
import { putDown } from '../view/desk'

interface Props {
  title: string
  code?: string
  submit: string
  busy: boolean
  /** What is shown instead of a saving button that could do nothing. */
  status?: string
  danger?: boolean
  onSubmit(): void
  /** Instead of putting the house map's task down. */
  onCancel?: () => void
  children: ComponentChildren
}

// A half-typed date reads as an empty one, and empty means something else: the browser says what is missing instead.
const tellHalfTyped = (form: HTMLFormElement) =>
  [...form.querySelectorAll('input')].some((input) => input.validity.badInput && !input.reportValidity())

export function FormFrame({ title, code, submit, busy, status, danger, onSubmit, onCancel = putDown, children }: Props) {
  const t = texts.value
  const heading = useRef<HTMLHeadingElement>(null)
  const form = useRef<HTMLFormElement>(null)
  const [tries, setTries] = useState(0)
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  // What was found wrong before anything was sent: go to the first of it.
  useEffect(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), [tries])
  return (
    <form
      class="form"
      ref={form}
      noValidate
      aria-labelledby="form-title"
      onSubmit={(event) => {
        event.preventDefault()
        if (tellHalfTyped(event.currentTarget)) return
        setTries(tries + 1)
        onSubmit()
      }}
    >
      <header class="form-head">
        <h2 id="form-title" tabIndex={-1} ref={heading}>
          {title}
        </h2>
        {code && <span class="code">{inFours(code)}</span>}
      </header>
      {children}
      <footer class="form-foot">
        {status && (
          <span class="quiet-text" role="status">
            {status}
          </span>
        )}
        <button type="button" class="button" onClick={onCancel}>
          {t.clerk.cancel}
        </button>
        <button type="submit" class={`button ${danger ? 'danger' : 'primary'}`} aria-disabled={busy}>
          {busy ? t.clerk.saving : submit}
        </button>
      </footer>
    </form>
  )
}
