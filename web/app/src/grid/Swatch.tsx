import type { Look } from './colouring'

/** A territory's tone and hatching as they are on the map; its name always stands beside. */
export const Swatch = ({ look }: { look: Look | undefined }) => (
  <span class={`swatch hatch-${look?.hatch ?? 0}`} style={{ backgroundColor: look ? `var(--terr-${look.tone + 1})` : 'transparent' }} aria-hidden="true" />
)
