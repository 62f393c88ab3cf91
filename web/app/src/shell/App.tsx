import { useEffect } from 'preact/hooks'
import { KeysHelp } from '../life/KeysHelp'
import { helpOpen } from '../life/keys'
import { MapView } from '../map/MapView'
import { SignIn } from '../session/SignIn'
import { Notice } from '../ui/Notice'
import { pendingLeave, signInOpen } from '../view/desk'
import { LeaveDialog } from './LeaveDialog'
import { Panel } from './Panel'
import { TopBar } from './TopBar'
import { pageKeys } from './keys'

export function App() {
  useEffect(() => {
    addEventListener('keydown', pageKeys)
    return () => removeEventListener('keydown', pageKeys)
  }, [])
  return (
    <>
      <TopBar />
      <div class="stage">
        <Panel />
        <MapView />
      </div>
      <Notice />
      {signInOpen.value !== 'no' && <SignIn />}
      {helpOpen.value && <KeysHelp />}
      {pendingLeave.value && <LeaveDialog />}
    </>
  )
}
