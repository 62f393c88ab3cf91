// House codes as people write them. The server decides what a code is; here they are only shown and recognised.

/** 112345678973 as it is written and spoken: 1123 4567 8973. */
export const inFours = (code: string): string => code.replace(/(\d{4})(?=\d)/g, '$1 ')

/**
 * The twelve-or-so digits somebody may have meant as a code, else null: full-width digits, spaces, hyphens and a
 * label in front are taken off. Nothing is corrected.
 */
export function codeLike(typed: string): string | null {
  const digits = typed
    .normalize('NFKC')
    .trim()
    .replace(/^[^\d]*[:：]\s*/u, '')
    .replace(/[\s\-‐-―.·_]/gu, '')
  return /^\d{10,14}$/.test(digits) ? digits : null
}
