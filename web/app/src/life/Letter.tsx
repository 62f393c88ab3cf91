import { tones } from '../map/parts'
import { letterOf } from './letters'

/** The letter a part has on the map, in its colour there. */
export const Letter = ({ index }: { index: number }) => <span class={`letter tone-${(index % tones) + 1}`}>{letterOf(index)}</span>
