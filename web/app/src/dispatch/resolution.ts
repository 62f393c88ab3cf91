// Which size of cell belongs to which zoom, as the density tiles have it, and how large such a cell is.

/** Average lengths of a cell's side in metres, by H3 resolution. */
const sides = [1281256, 483057, 182513, 68979, 26072, 9854, 3725, 1406, 531, 201, 76, 29, 11, 4, 1.5, 0.6]

export const sideOf = (res: number): number => sides[res] ?? 0

/** The resolution of a cell, which its index holds. */
export const resolutionOf = (cell: string): number => Number.parseInt(cell[1] ?? '', 16)

/** By zoom, as tiles/density.go has it: the finest of which no tile holds too many cells. */
const byZoom = [1, 2, 2, 2, 3, 4, 4, 5, 6, 6, 7, 8, 9, 9, 10, 11, 11]
export const deepestTiles = byZoom.length - 1

/** The resolution of the cells at a zoom; none is finer than the grid's. */
export const resolutionAt = (zoom: number, grid: number): number => Math.min(grid, byZoom[Math.max(0, Math.min(deepestTiles, Math.floor(zoom)))]!)
