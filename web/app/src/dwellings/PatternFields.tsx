// Floors times rooms, with the labels that come of it drawn as the house's front: the top floor on top.
import { texts } from '../i18n'
import { Field, TextInput } from '../ui/Field'
import { UseAndArea } from './OneFields'
import { type Pattern, writeOut } from './pattern'
import type { Unit } from './unit'

interface Props {
  pattern: Pattern
  unit: Unit
  /** Labels that the house has already. */
  taken: ReadonlySet<string>
  errorOf(field: string): string | undefined
  onPattern(pattern: Pattern): void
  onUnit(unit: Unit): void
}

export function PatternFields({ pattern, unit, taken, errorOf, onPattern, onUnit }: Props) {
  const t = texts.value
  const set = (field: keyof Pattern) => (text: string) => onPattern({ ...pattern, [field]: text })
  return (
    <>
      <div class="field-pair">
        <Field label={t.life.floors} error={errorOf('floors')} hint={t.life.floorsHint}>
          {(tie) => <TextInput tie={tie} value={pattern.floors} maxLength={200} autoComplete="off" spellcheck={false} onText={set('floors')} />}
        </Field>
        <Field label={t.life.rooms} error={errorOf('rooms')} hint={t.life.roomsHint}>
          {(tie) => <TextInput tie={tie} value={pattern.rooms} maxLength={200} autoComplete="off" spellcheck={false} onText={set('rooms')} />}
        </Field>
      </div>
      <Field label={`${t.life.template} (${t.clerk.optional})`} error={errorOf('label')} hint={t.life.templateHint}>
        {(tie) => <TextInput tie={tie} value={pattern.label} maxLength={80} autoComplete="off" spellcheck={false} placeholder="{floor}{room}" onText={set('label')} />}
      </Field>
      <Front pattern={pattern} taken={taken} />
      <UseAndArea unit={unit} errorOf={errorOf} onChange={onUnit} />
    </>
  )
}

const [mostFloors, mostRooms] = [8, 6]

function Front({ pattern, taken }: { pattern: Pattern; taken: ReadonlySet<string> }) {
  const t = texts.value
  if (pattern.floors.trim() === '' || pattern.rooms.trim() === '') return null
  const written = writeOut(pattern)
  if ('fault' in written) {
    return (
      <p class="field-note" role="status">
        {t.life.faults[written.fault]}
      </p>
    )
  }
  const floors = written.floors.toSorted((a, b) => b.floor - a.floor)
  const shown = floors.length > mostFloors ? [...floors.slice(0, mostFloors - 1), null, floors.at(-1)!] : floors
  const clash = written.floors.flatMap((f) => f.labels).filter((label) => taken.has(label))
  return (
    <div class="front">
      <p role="status">
        <strong>{t.life.willBe(written.count)}</strong>
      </p>
      {clash.length > 0 && <p class="field-note">{t.life.takenLabels(clash.slice(0, 5).join(', '), clash.length)}</p>}
      <div class="front-floors" role="img" aria-label={t.life.frontLabel(written.floors[0]!.labels[0]!, written.floors.at(-1)!.labels.at(-1)!)}>
        {shown.map((row, i) => (
          <div key={row?.floor ?? `gap${i}`} class="front-floor">
            {row === null ? (
              <span class="front-gap">⋮</span>
            ) : (
              <>
                <span class="front-number">{row.floor}</span>
                {row.labels.slice(0, mostRooms).map((label) => (
                  <span key={label} class={`front-room${taken.has(label) ? ' taken' : ''}`}>
                    {label}
                  </span>
                ))}
                {row.labels.length > mostRooms && <span class="front-gap">… {row.labels.at(-1)}</span>}
              </>
            )}
          </div>
        ))}
      </div>
    </div>
  )
}
