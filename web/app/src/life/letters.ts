/** A, B … Z, A2, B2 …: how parts and houses are called while they are only tried. */
export const letterOf = (index: number): string => String.fromCharCode(65 + (index % 26)) + (index < 26 ? '' : `${Math.floor(index / 26) + 1}`)
