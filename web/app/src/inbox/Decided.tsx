import { decided } from './inbox'
import { words } from './texts'

/** Somebody else was quicker: there is nothing left to decide. */
export const Decided = ({ id }: { id: string }) => (
  <>
    <p>{words.value.gone}</p>
    <button type="button" class="button" onClick={() => decided(id)}>
      {words.value.back}
    </button>
  </>
)
