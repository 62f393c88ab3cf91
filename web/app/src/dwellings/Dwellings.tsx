// The dwellings of the open building, in its card: floor by floor, as on the board beside the door.
import { useState } from 'preact/hooks'
import type { Dwelling } from '../api/life'
import { texts } from '../i18n'
import { mayWrite } from '../time/moment'
import { Icon } from '../ui/Icon'
import { take } from '../view/desk'
import { inFours } from '../registry/code'
import { dwellings, loadDwellings, startEditing } from './state'

const few = 12

export function Dwellings({ code, active }: { code: string; active: boolean }) {
  const t = texts.value
  const [all, setAll] = useState(false)
  const now = dwellings.value?.code === code ? dwellings.value : null
  if (!now) return null
  const list = now.dwellings
  const writing = mayWrite.value && active
  if (list.length === 0 && !writing && !now.failed) return null
  const shown = all || list.length <= few + 3 ? list : list.slice(0, few)
  return (
    <section aria-labelledby="dwellings-title">
      <h3 id="dwellings-title">
        {t.life.dwellings} {list.length > 0 && <span class="count">{list.length}</span>}
      </h3>
      {now.failed && (
        <p class="field-error">
          {t.life.dwellingsUnknown}{' '}
          <button type="button" class="link" onClick={() => void loadDwellings(code)}>
            {t.card.retry}
          </button>
        </p>
      )}
      {list.length === 0 && !now.failed && <p class="quiet-text">{t.life.noDwellings}</p>}
      {shown.length > 0 && (
        <table class="dwellings">
          <thead>
            <tr>
              <th scope="col">{t.life.label}</th>
              <th scope="col">{t.life.floor}</th>
              <th scope="col">{t.life.useOf}</th>
              <th scope="col" class="number">
                {t.life.area}
              </th>
              {writing && (
                <th scope="col">
                  <span class="visually-hidden">{t.clerk.edit}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {shown.map((d) => (
              <Row key={d.code} dwelling={d} home={code} writing={writing} />
            ))}
          </tbody>
        </table>
      )}
      {shown.length < list.length && (
        <button type="button" class="button small" onClick={() => setAll(true)}>
          {t.life.showAll(list.length)}
        </button>
      )}
      {writing && (
        <button type="button" class="button small start" onClick={() => take('dwellings')}>
          <Icon name="plus" /> {t.life.addDwellings}
        </button>
      )}
    </section>
  )
}

function Row({ dwelling: d, home, writing }: { dwelling: Dwelling; home: string; writing: boolean }) {
  const t = texts.value
  const elsewhere = d.buildings.filter((b) => b !== home)
  return (
    <tr>
      <th scope="row" title={inFours(d.code)}>
        {d.label}
        {d.status !== 'active' && <small> {t.status[d.status]}</small>}
        {elsewhere.length > 0 && <small> {t.life.alsoIn(elsewhere.map(inFours).join(', '))}</small>}
      </th>
      <td>{d.floor ?? t.none}</td>
      <td>{d.use ? t.life.use[d.use] : t.none}</td>
      <td class="number">{d.area === null ? t.none : t.squareMetres(d.area)}</td>
      {writing && (
        <td class="number">
          <button type="button" class="icon-button quiet" aria-label={t.life.editDwelling(d.label)} title={t.life.editDwelling(d.label)} onClick={() => startEditing(d)}>
            <Icon name="pen" />
          </button>
        </td>
      )}
    </tr>
  )
}
