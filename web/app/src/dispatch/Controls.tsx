// What is shown and how: measure, flat or columns, colours and classes.
import { useState } from 'preact/hooks'
import { Field, Select } from '../ui/Field'
import { Icon } from '../ui/Icon'
import { say } from '../view/desk'
import { ramps } from './address'
import { fewestClasses, methods, mostClasses } from './classes'
import { reclass, set, settings, visible } from './desk'
import { measures } from './measures'
import { words } from './texts'

export function Controls() {
  const w = words.value
  const { measure, columns, scale, method, classes, ramp } = settings.value
  const [open, setOpen] = useState(false)
  const numbers = Array.from({ length: mostClasses - fewestClasses + 1 }, (_, i) => `${i + fewestClasses}`)
  return (
    <section class="controls" aria-label={w.display}>
      <Field label={w.measureLabel}>
        {(tie) => (
          <select {...tie} value={measure} onChange={(event) => reclass({ measure: event.currentTarget.value as typeof measure })}>
            {measures.map((name) => {
              const may = visible.value.includes(name)
              return (
                <option key={name} value={name} disabled={!may}>
                  {may ? w.measure[name] : `${w.measure[name]} (${w.notForYou})`}
                </option>
              )
            })}
          </select>
        )}
      </Field>
      <div class="controls-row">
        <Pair label={w.display} options={[['flat', w.flat], ['columns', w.columns]]} value={columns ? 'columns' : 'flat'} onChoice={(now) => set({ columns: now === 'columns' })} />
        <Pair label={w.scale} options={[['view', w.scaleView], ['fixed', w.scaleFixed]]} value={scale} onChoice={(now) => reclass({ scale: now as typeof scale })} />
      </div>
      <details class="more" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          {w.methods[method]} · {classes}
        </summary>
        <p class="field-hint">{w.scaleHint[scale]}</p>
        <div class="field-pair">
          <Field label={w.method}>{(tie) => <Select tie={tie} value={method} options={methods.map((m) => [m, w.methods[m]] as const)} onChoice={(m) => reclass({ method: m })} />}</Field>
          <Field label={w.classes}>
            {(tie) => <Select tie={tie} value={`${classes}`} options={numbers.map((v) => [v, v] as const)} onChoice={(v) => reclass({ classes: Number(v) })} />}
          </Field>
        </div>
        <Field label={w.ramp}>{(tie) => <Select tie={tie} value={ramp} options={ramps.map((r) => [r, w.ramps[r]] as const)} onChoice={(r) => set({ ramp: r })} />}</Field>
        <button type="button" class="button" onClick={() => void copyLink()}>
          <Icon name="link" /> {w.share}
        </button>
      </details>
    </section>
  )
}

interface PairProps {
  label: string
  options: readonly (readonly [string, string])[]
  value: string
  onChoice(value: string): void
}

const Pair = ({ label, options, value, onChoice }: PairProps) => (
  <div class="segmented" role="group" aria-label={label}>
    {options.map(([key, text]) => (
      <button key={key} type="button" aria-pressed={key === value} onClick={() => key !== value && onChoice(key)}>
        {text}
      </button>
    ))}
  </div>
)

async function copyLink(): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href)
    say(words.peek().shared)
  } catch {
    say(words.peek().shareFailed)
  }
}
