// The colours of classes. They come from the style sheet's tokens, --viridis-1 … -7 and --cividis-1 … -7, each from the
// least to the most; their lightness alone tells the order, so that no kind of colour blindness hides it.
import type { Ramp } from './address'

const steps = 7

/** The tokens for so many classes, spread evenly over the ramp. */
export function tokensOf(ramp: Ramp, classes: number): string[] {
  if (classes === 1) return [`--${ramp}-${Math.ceil(steps / 2)}`]
  return Array.from({ length: classes }, (_, i) => `--${ramp}-${1 + Math.round((i * (steps - 1)) / (classes - 1))}`)
}

export function coloursOf(ramp: Ramp, classes: number): string[] {
  const style = getComputedStyle(document.documentElement)
  return tokensOf(ramp, classes).map((token) => style.getPropertyValue(token).trim())
}
