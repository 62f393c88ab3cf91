// A table of dwellings before it is sent: enough is read of it to show what will come. The registry reads it properly,
// and names what is wrong by its line.

const columns: Record<string, string> = {
  label: 'label', 房号: 'label', 室号: 'label',
  floor: 'floor', 楼层: 'floor',
  use: 'use', 用途: 'use',
  area: 'area', 面积: 'area',
  validfrom: 'validFrom', valid_from: 'validFrom', 起始日期: 'validFrom',
}

export interface Glance {
  /** The header as the registry will understand it; an unknown column is null. */
  header: { name: string; column: string | null }[]
  /** Lines below the header that hold something. */
  lines: number
  /** The first few, cut at the delimiter. */
  sample: string[][]
}

export function glance(text: string, most = 4): Glance | null {
  const [first, ...rest] = text.replace(/^\uFEFF/, '').split(/\r?\n/).filter((line) => line.trim() !== '')
  if (first === undefined) return null
  const delimiter = first.includes('\t') ? '\t' : first.includes(';') ? ';' : ','
  const cells = (line: string) => line.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))
  return {
    header: cells(first).map((name) => ({ name, column: columns[name.toLowerCase()] ?? null })),
    lines: rest.length,
    sample: rest.slice(0, most).map(cells),
  }
}
