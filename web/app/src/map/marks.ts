// The marks of what a house needs: a shape each, so that nobody has to tell colours apart. On the map they are pictures
// drawn from the same paths as in the lists.

export interface MarkShape {
  /** The ground, on a 24 px grid. */
  ground: string
  /** What stands on it, drawn as a line. */
  glyph: string
}

/** A disc asks for a look, a square for a number, a diamond waits for an answer, a ring with a tick is done. */
export const markShapes = {
  confirm: { ground: 'M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20Z', glyph: 'M12 7v6M12 16.6v.2' },
  headcount: { ground: 'M4 3h16a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1Z', glyph: 'M12 11.5a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2ZM7 17.5c.5-2.6 2.4-4 5-4s4.5 1.4 5 4' },
  proposal_open: { ground: 'M12 .8 23.2 12 12 23.2.8 12Z', glyph: 'M9.7 9.6a2.3 2.3 0 1 1 3.4 2c-.8.4-1.1.9-1.1 1.7M12 16.4v.2' },
  none: { ground: 'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16Z', glyph: 'M8.4 12.2l2.5 2.5 4.7-5.2' },
} as const satisfies Record<string, MarkShape>

export type MarkName = keyof typeof markShapes

/** The tokens that colour a mark: --mark-confirm and --on-mark-confirm. */
export const tokenOf = (mark: MarkName): string => `--mark-${mark.replace('_', '-')}`

const side = 24
const ratio = 2

/** The mark as pixels for the map, at twice the size for sharp screens. */
export function drawMark(mark: MarkName): ImageData {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(name).trim()
  const margin = 2
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = (side + 2 * margin) * ratio
  const pen = canvas.getContext('2d')!
  pen.scale(ratio, ratio)
  pen.translate(margin, margin)
  const { ground, glyph } = markShapes[mark]
  pen.lineJoin = pen.lineCap = 'round'
  pen.strokeStyle = token('--map-halo')
  pen.lineWidth = 3
  pen.stroke(new Path2D(ground))
  pen.fillStyle = token(tokenOf(mark))
  pen.fill(new Path2D(ground))
  pen.strokeStyle = token(`--on-${tokenOf(mark).slice(2)}`)
  pen.lineWidth = 2.2
  pen.stroke(new Path2D(glyph))
  return pen.getImageData(0, 0, canvas.width, canvas.height)
}

export const markRatio = ratio
