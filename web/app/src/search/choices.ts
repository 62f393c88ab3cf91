// The answers to a search as lines to choose from.
import type { Messages } from '../i18n/messages'
import { inFours } from '../registry/code'
import type { Found } from './find'

export interface Choice {
  key: string
  main: string
  side: string
  code?: string
  bounds?: readonly number[]
}

export function choicesOf({ code, buildings, divisions }: Found, t: Messages): Choice[] {
  const choices: Choice[] = []
  if (code?.is === 'issued') {
    const { status, state } = code.status
    choices.push({ key: code.status.code, main: inFours(code.status.code), side: state ? t.state[state] : t.status[status], code: code.status.code })
  }
  if (code?.is === 'bad') {
    for (const suggestion of code.suggestions) choices.push({ key: suggestion, main: inFours(suggestion), side: '', code: suggestion })
  }
  for (const d of divisions) {
    if (d.bounds) choices.push({ key: `d${d.id}`, main: d.name, side: d.buildings === null ? t.search.divisions : t.map.buildings(d.buildings), bounds: d.bounds })
  }
  for (const b of buildings) {
    const words = [b.name, b.address].filter(Boolean).join(', ') || b.externalIds.map((x) => `${x.source}:${x.id}`).join(', ')
    choices.push({ key: b.code, main: words || inFours(b.code), side: words ? inFours(b.code) : '', code: b.code })
  }
  return choices
}
