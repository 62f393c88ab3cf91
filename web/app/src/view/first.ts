// What every page asks first: who this is, and which registry.
import * as registry from '../api/registry'
import { info } from './desk'

/** The server answers 503 while its snapshot is being built; the page waits for it. */
export async function learnMap(wait = 500): Promise<void> {
  try {
    info.value = await registry.mapInfo()
  } catch {
    setTimeout(() => void learnMap(Math.min(wait * 2, 8000)), wait)
  }
}
