// Where the codes of a lineage stand in its drawing: generations from above to below, in each the order that keeps
// lines short. Pure, so that tests need no screen.

export interface Link {
  parent: string
  child: string
}

export interface Placed {
  code: string
  /** From 0: how many steps below its furthest ancestor. */
  generation: number
  /** In units of one node's width, the middle of the node. */
  x: number
}

export interface Layout {
  nodes: Placed[]
  /** In nodes. */
  width: number
  generations: number
}

/** Lays out a graph without cycles; links to codes that are not there are left out. */
export function layOut(codes: readonly string[], links: readonly Link[]): Layout {
  const known = links.filter(({ parent, child }) => codes.includes(parent) && codes.includes(child))
  const generation = generations(codes, known)
  const rows: string[][] = []
  for (const code of codes) (rows[generation.get(code)!] ??= []).push(code)
  const x = new Map<string, number>()
  const width = Math.max(1, ...rows.map((row) => row.length))
  const spread = (row: string[]) => row.forEach((code, i) => x.set(code, (width - row.length) / 2 + i + 0.5))
  rows.forEach(spread)
  // Each row is ordered by where its neighbours stand: downwards by the parents, upwards by the children.
  const order = (row: string[], neighbours: (code: string) => string[]) => {
    const middle = new Map(row.map((code) => [code, mean(neighbours(code).map((n) => x.get(n)!)) ?? x.get(code)!]))
    row.sort((a, b) => middle.get(a)! - middle.get(b)! || (a < b ? -1 : 1))
    spread(row)
  }
  const parents = (code: string) => known.filter((l) => l.child === code).map((l) => l.parent)
  const children = (code: string) => known.filter((l) => l.parent === code).map((l) => l.child)
  for (const row of rows) order(row, parents)
  for (const row of rows.toReversed()) order(row, children)
  for (const row of rows) order(row, parents)
  const nodes = rows.flatMap((row, i) => row.map((code): Placed => ({ code, generation: i, x: x.get(code)! })))
  return { nodes, width, generations: rows.length }
}

/** The longest way down from a code without ancestors. Rounds are bounded, so a cycle (there is none) cannot hang. */
function generations(codes: readonly string[], links: readonly Link[]): Map<string, number> {
  const depth = new Map(codes.map((code) => [code, 0]))
  for (let round = 0; round < codes.length; round++) {
    let moved = false
    for (const { parent, child } of links) {
      const below = depth.get(parent)! + 1
      if (below > depth.get(child)! && below < codes.length) {
        depth.set(child, below)
        moved = true
      }
    }
    if (!moved) break
  }
  return depth
}

const mean = (numbers: readonly number[]): number | null => (numbers.length === 0 ? null : numbers.reduce((a, b) => a + b, 0) / numbers.length)
