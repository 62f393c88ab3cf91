// The territories of a plan: who each is meant for, how much it holds, and the hand that moves cells between them.
import { useState } from 'preact/hooks'
import type { Bounds } from '../api/types'
import { lang } from '../i18n'
import { Field } from '../ui/Field'
import { Icon } from '../ui/Icon'
import { PersonPicker } from './pickers'
import { type Plan, type PlanTerritory, move, name } from './plan'
import { changePlan } from './PlanPanel'
import * as selection from './selection'
import { lattice, loadOf, looks, nameOf } from './state'
import { Swatch } from './Swatch'
import { t } from './texts'
import { map } from './tools'

export function PlanTerritories({ plan }: { plan: Plan }) {
  const m = t.value.plan
  const [open, setOpen] = useState<number | null>(null)
  const n = selection.count.value
  const loads = plan.territories.map((x) => loadOf(x.cells)[plan.measure] ?? 0)
  const most = Math.max(1, ...loads)
  const mean = loads.reduce((a, b) => a + b, 0) / Math.max(1, loads.length)
  return (
    <>
      <p class="form-text">{n === 0 ? m.adjustHint : m.adjustNow(n)}</p>
      <ul class="rows">
        {plan.territories.map((territory, i) => (
          <li key={territory.number}>
            <button
              type="button"
              class="row territory"
              aria-expanded={open === territory.number}
              onClick={() => {
                setOpen(open === territory.number ? null : territory.number)
                if (open !== territory.number) show(territory)
              }}
            >
              <Swatch look={looks.value.get(territory.number)} />
              <span class="row-main">{nameOf(territory.person) || m.newcomer(territory.number)}</span>
              {!territory.person && <span class="chip">{m.open}</span>}
              <span class="row-side">{loads[i]!.toLocaleString(lang.value === 'zh' ? 'zh-CN' : 'en')}</span>
              <span class="row-bar" aria-hidden="true">
                <span style={{ width: `${(100 * loads[i]!) / most}%` }} />
                <i style={{ left: `${(100 * mean) / most}%` }} />
              </span>
            </button>
            {open === territory.number && <Detail plan={plan} territory={territory} chosen={n} />}
          </li>
        ))}
      </ul>
    </>
  )
}

function show({ cells }: PlanTerritory): void {
  const box = lattice.peek().boundsOf(cells)
  if (box) map.peek()?.showBounds(box as Bounds)
}

function Detail({ plan, territory, chosen }: { plan: Plan; territory: PlanTerritory; chosen: number }) {
  const m = t.value.plan
  return (
    <div class="row-detail">
      <p>{t.value.load(loadOf(territory.cells))}</p>
      <Field label={m.meantFor}>{(tie) => <PersonPicker tie={tie} value={territory.person} role="officer" onChoice={(person) => changePlan(name(plan, territory.number, person))} />}</Field>
      <div class="sketch-buttons">
        <button
          type="button"
          class="button small"
          aria-disabled={chosen === 0}
          onClick={() => {
            if (chosen === 0) return
            changePlan(move(plan, selection.chosen.peek().cells, territory.number))
            selection.clear()
          }}
        >
          <Icon name="plus" /> {m.giveChosen(chosen)}
        </button>
        <button type="button" class="button small" onClick={() => show(territory)}>
          <Icon name="locate" /> {t.value.territories.show}
        </button>
      </div>
    </div>
  )
}
