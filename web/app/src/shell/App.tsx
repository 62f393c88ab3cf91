import { useEffect } from 'preact/hooks'
import { texts } from '../i18n'
import { KeysHelp } from '../life/KeysHelp'
import { helpOpen } from '../life/keys'
import { MapView } from '../map/MapView'
import { SearchBox } from '../search/SearchBox'
import { SignIn } from '../session/SignIn'
import { Notice } from '../ui/Notice'
import { pendingLeave, signInOpen } from '../view/desk'
import { LeaveDialog } from './LeaveDialog'
import { Panel } from './Panel'
import { TopBar } from './TopBar'
import { pageKeys } from './keys'

export function App() {
  const t = texts.value
  useEffect(() => {
    addEventListener('keydown', pageKeys)
    return () => removeEventListener('keydown', pageKeys)
  }, [])
  return (
    <>
      <a class="skip" href="#search" onClick={(event) => (event.preventDefault(), document.getElementById('search')?.focus())}>
        {t.skip}
      </a>
      <TopBar live bar={<SearchBox />} onHelp={() => (helpOpen.value = true)} />
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
