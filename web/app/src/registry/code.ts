// House codes as people write them. The server decides what a code is; here they are only shown and recognised.

/** 112345678973 as it is written and spoken: 1123 4567 8973. */
export const inFours = (code: string): string => code.replace(/(\d{4})(?=\d)/g, '$1 ')

/** What somebody typed without what may stand around a code: a plate's address, a label in front, spaces, hyphens, full-width forms. */
const bare = (typed: string): string =>
  typed
    .normalize('NFKC')
    .trim()
    .replace(/^https?:\/\/[^/]+\/h\/([^/?#]+).*$/iu, '$1')
    .replace(/^[^\d]*[:：]\s*/u, '')
    .replace(/[\s\-‐-―.·_]/gu, '')

/** The twelve-or-so digits somebody may have meant as a code, else null. Nothing is corrected. */
export function codeLike(typed: string): string | null {
  const digits = bare(typed)
  return /^\d{10,14}$/.test(digits) ? digits : null
}

/** Why what looks like a code cannot be one, whatever the registry says: letters among its digits, or too few or too many of them. */
export function codeFault(typed: string): { is: 'letters' } | { is: 'length'; digits: number } | null {
  const text = bare(typed)
  if (/^[\dOoIl]{12}$/.test(text) && /[OoIl]/.test(text) && /\d{6}/.test(text)) return { is: 'letters' }
  if (/^\d{10,14}$/.test(text) && text.length !== 12) return { is: 'length', digits: text.length }
  return null
}
