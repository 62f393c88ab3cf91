import type { GridRole, PersonRef } from '../api/grid'
import { people } from '../api/people'
import { divisionsLike } from '../api/registry'
import type { Division } from '../api/types'
import { texts } from '../i18n'
import type { Tie } from '../ui/Field'
import { Picker } from './Picker'
import { nameOf } from './state'
import { t } from './texts'

const most = 12

interface PersonProps {
  tie: Tie
  value: PersonRef | null
  /** Only who works in this role; anybody without it. */
  role?: GridRole
  /** Who cannot be chosen. */
  without?: string | undefined
  onChoice(person: PersonRef | null): void
}

export const PersonPicker = ({ tie, value, role, without, onChoice }: PersonProps) => (
  <Picker<PersonRef>
    tie={tie}
    text={nameOf(value)}
    label={t.value.picker.people}
    onChoice={onChoice}
    find={async (q, stop) => {
      const page = await people({ q, limit: `${most}`, ...(role ? { role } : {}) }, stop)
      return page.people
        .filter((p) => !p.disabled && p.name !== without)
        .map((p) => ({
          key: p.name,
          main: p.displayName || p.name,
          side: [p.displayName ? p.name : '', p.office?.name ?? ''].filter(Boolean).join(', '),
          value: { name: p.name, displayName: p.displayName, office: p.office?.name ?? '' },
        }))
    }}
  />
)

interface PlaceProps {
  tie: Tie
  value: Division | null
  onChoice(place: Division | null): void
}

export const PlacePicker = ({ tie, value, onChoice }: PlaceProps) => (
  <Picker<Division>
    tie={tie}
    text={value?.name ?? ''}
    label={t.value.picker.places}
    onChoice={onChoice}
    find={async (q, stop) => {
      const { divisions } = await divisionsLike(q, most, stop)
      return divisions.map((d) => ({ key: d.id, main: d.name, side: d.buildings === null ? '' : texts.value.map.buildings(d.buildings), value: d }))
    }}
  />
)
