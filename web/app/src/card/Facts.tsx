// What the registry holds of a building, as it stands.
import type { ComponentChildren } from 'preact'
import type { Building } from '../api/types'
import { lang, showDate, showInstant, texts } from '../i18n'
import { info } from '../view/desk'

export function Facts({ building: b }: { building: Building }) {
  const t = texts.value
  const l = lang.value
  const rows: [string, ComponentChildren][] = []
  const put = (label: string, value: ComponentChildren) => {
    if (value !== '' && value !== null) rows.push([label, value])
  }
  put(t.field.name, b.name)
  put(t.field.address, b.address)
  put(t.field.community, b.community && <span title={b.community.code}>{b.community.name}</span>)
  put(t.field.floors, b.floors === null ? null : `${b.floors}`)
  put(t.field.height, b.height === null ? null : t.metres(b.height))
  put(t.field.area, b.area === null ? null : t.squareMetres(b.area))
  put(t.field.evidence, b.evidence && t.evidence[b.evidence])
  put(t.field.legality, b.legality && t.legality[b.legality])
  put(t.field.cell, b.cell && <span class="code">{b.cell}</span>)
  put(t.field.validFrom, b.validFrom && showDate(b.validFrom, l))
  put(t.field.validTo, b.validTo && showDate(b.validTo, l))
  put(t.field.recordedFrom, b.recordedFrom && showInstant(b.recordedFrom, l, info.value?.timezone ?? 'UTC'))
  put(
    t.field.externalIds,
    b.externalIds.length === 0 ? null : (
      <ul class="plain">
        {b.externalIds.map((x) => (
          <li key={`${x.source} ${x.id}`}>
            <span class="quiet-text">{x.source}</span> <span class="code">{x.id}</span>
          </li>
        ))}
      </ul>
    ),
  )
  return (
    <dl class="facts">
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
