import { signal } from '@preact/signals'
import type { HouseMap } from './house-map'

/** The map on the page; null before it is made and where the browser cannot draw one. */
export const house = signal<HouseMap | null>(null)
