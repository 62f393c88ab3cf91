import { signal } from '@preact/signals'
import type { BaseMap } from './base-map'
import type { HouseMap } from './house-map'

/** The house map on its page; null before it is made and where the browser cannot draw one. */
export const house = signal<HouseMap | null>(null)

/** Whichever map is on the page: what pen and lists need. */
export const shownMap = signal<BaseMap | null>(null)
