// What a search means: a code in any spelling goes to the ledger, everything else to names, addresses and ids.
import { ProblemError } from '../api/http'
import * as registry from '../api/registry'
import type { Building, CodeStatus, Division } from '../api/types'
import { codeLike } from '../registry/code'

export interface Found {
  /** What was asked. */
  words: string
  /** The ledger's answer when the words read as a code. */
  code: { is: 'issued'; status: CodeStatus } | { is: 'never_issued' } | { is: 'bad'; suggestions: string[] } | null
  buildings: Building[]
  divisions: Division[]
  more: boolean
}

const most = 8

export async function find(words: string, signal: AbortSignal): Promise<Found> {
  const asCode = codeLike(words)
  const [code, page, divisions] = await Promise.all([
    asCode ? ledger(asCode, signal) : null,
    registry.buildingsLike(words, most, signal),
    asCode ? [] : registry.divisionsLike(words, 4, signal).then((found) => found.divisions),
  ])
  // A code's own building is the ledger's line already.
  const issued = code?.is === 'issued' ? code.status.code : null
  return { words, code, buildings: page.buildings.filter((b) => b.code !== issued), divisions, more: page.next !== null }
}

async function ledger(words: string, signal: AbortSignal): Promise<Found['code']> {
  try {
    return { is: 'issued', status: await registry.codeStatus(words, signal) }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    if (error.status === 404) return { is: 'never_issued' }
    if (error.status === 422 || error.status === 400) return { is: 'bad', suggestions: error.problem.suggestions ?? [] }
    throw error
  }
}
