// The zones of the day by kind, with what lives in them; marks choose those for a report.
import { elsewhen } from '../time/moment'
import { Icon } from '../ui/Icon'
import { account, info } from '../view/desk'
import { type ZoneKind, kinds } from './api'
import { formatReport } from './address'
import { isPlanner, load, marked, openZoneById, rowOf, sums, take, zones } from './desk'
import { figure, reportMoment } from './figures'
import { goReport } from './paths'
import { words } from './texts'

export function ZoneList() {
  const w = words.value
  const { state, list } = zones.value
  const byKind = kinds.map((kind) => [kind, list.filter((zone) => zone.kind === kind)] as const).filter(([, of]) => of.length > 0)
  return (
    <section class="planning" aria-labelledby="zones-title">
      <header class="panel-head">
        <h2 id="zones-title">{w.zones}</h2>
        <span class="quiet-text" role="status">
          {state === 'loading' && list.length === 0 ? w.loading : state === 'failed' ? w.failed : list.length > 0 ? w.count(list.length) : ''}
        </span>
      </header>
      {isPlanner.value && !elsewhen.value && (
        <div class="zone-tools">
          {(['draw', 'upload', 'divisions'] as const).map((name) => (
            <button key={name} type="button" class={`button small${name === 'draw' ? ' primary' : ''}`} title={w.actHint[name]} onClick={() => take(name)}>
              {name === 'draw' && <Icon name="draw" />} {w.act[name]}
            </button>
          ))}
        </div>
      )}
      {account.value && !isPlanner.value && <p class="quiet-text">{w.notPlanner}</p>}
      {isPlanner.value && elsewhen.value && <p class="quiet-text">{w.editingPast}</p>}
      {state === 'failed' && (
        <button type="button" class="button start" onClick={() => void load()}>
          {w.retry}
        </button>
      )}
      {state === 'listed' && list.length === 0 && (
        <div class="zone-empty">
          <p>{elsewhen.value ? w.noneOnDay : w.none}</p>
          {!elsewhen.value && <p class="quiet-text">{w.noneHint}</p>}
        </div>
      )}
      {byKind.map(([kind, of]) => (
        <Kind key={kind} kind={kind} ids={of.map((zone) => zone.id)} />
      ))}
      {list.length > 0 && <Totals />}
    </section>
  )
}

function Kind({ kind, ids }: { kind: ZoneKind; ids: string[] }) {
  const w = words.value
  const byId = new Map(zones.value.list.map((zone) => [zone.id, zone]))
  return (
    <section class="zone-kind" aria-labelledby={`kind-${kind}`}>
      <h3 id={`kind-${kind}`}>
        <KindMark kind={kind} /> {w.kind[kind]}
      </h3>
      <ul class="plain">
        {ids.map((id) => {
          const zone = byId.get(id)!
          const row = rowOf.value.get(id)
          return (
            <li key={id} class="zone-row">
              <input type="checkbox" aria-label={w.mark(zone.name)} checked={marked.value.has(id)} onChange={() => toggle(id)} />
              <button type="button" class="row" onClick={() => openZoneById(id)}>
                <span class="row-main">{zone.name}</span>
                <span class="row-side">
                  {row ? (row.population === null ? figure(row, 'population') : w.people(row.population)) : ''}
                  <small>{w.area(zone.area)}</small>
                </span>
              </button>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function Totals() {
  const w = words.value
  const report = sums.value
  const count = marked.value.size
  return (
    <footer class="zone-foot">
      {report && (
        <p>
          {w.whole}: <strong>{report.total.population === null ? figure(report.total, 'population') : w.people(report.total.population)}</strong>
          <small class="quiet-text"> {w.wholeHint}</small>
        </p>
      )}
      {report && report.overlaps.length > 0 && <p class="field-note">{w.overlaps}: {report.overlaps.length}</p>}
      <button type="button" class="button" onClick={() => openReport([...marked.value])}>
        {count > 0 ? w.reportMarked(count) : w.report}
      </button>
    </footer>
  )
}

function toggle(id: string): void {
  const next = new Set(marked.peek())
  if (!next.delete(id)) next.add(id)
  marked.value = next
}

/** Goes to the report on these zones; on all that there are when none is named. */
export function openReport(ids: readonly string[]): void {
  const today = info.peek()?.today
  if (!today) return
  goReport(formatReport({ zones: ids.length > 0 ? [...ids] : null, kinds: [], compareOn: null, ...reportMoment(today) }))
}

export const KindMark = ({ kind }: { kind: ZoneKind }) => <span class={`kind-mark ${kind}`} aria-hidden="true" />
