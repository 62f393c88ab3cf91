// What is asked for when a house is in hand: its dwellings, and how many live in each.
import { useEffect, useState } from 'preact/hooks'
import * as counts from '../api/headcounts'
import * as life from '../api/life'

export interface Inside {
  dwellings: life.Dwelling[] | null
  statements: counts.Statement[] | null
  failed: boolean
  reload(): void
}

export function useInside(code: string): Inside {
  const [inside, setInside] = useState<Omit<Inside, 'reload'>>({ dwellings: null, statements: null, failed: false })
  const [time, setTime] = useState(0)
  useEffect(() => {
    const run = new AbortController()
    void Promise.allSettled([life.dwellings(code, '', run.signal), counts.headcounts(code, run.signal)]).then(([dwellings, said]) => {
      if (run.signal.aborted) return
      setInside({
        dwellings: dwellings.status === 'fulfilled' ? dwellings.value : null,
        statements: said.status === 'fulfilled' ? said.value.statements : null,
        failed: dwellings.status === 'rejected' || said.status === 'rejected',
      })
    })
    return () => run.abort()
  }, [code, time])
  return { ...inside, reload: () => setTime(time + 1) }
}
