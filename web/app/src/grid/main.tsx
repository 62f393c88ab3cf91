import { follow } from '../api/live'
import { mount } from '../shell/mount'
import '../style/grid.css'
import '../style/people.css'
import { link } from '../view/desk'
import { GridPage } from './GridPage'
import { reload } from './state'
import { map } from './tools'

mount('grid', GridPage, { live: true })

let timer: ReturnType<typeof setTimeout> | undefined
const soon = () => {
  clearTimeout(timer)
  timer = setTimeout(() => void reload(), 400)
}
follow({
  link: (state) => (link.value = state),
  missed: () => {
    map.peek()?.refresh(null, null)
    soon()
  },
  change: ({ layers, bbox }) => {
    map.peek()?.refresh(layers, bbox)
    if (layers.some((layer) => layer === 'cells' || layer === 'buildings' || layer === 'density')) soon()
  },
})
