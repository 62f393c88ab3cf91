// Begins a page beside the house map: the same bar, theme, language and session, and a door that tells strangers why it
// does not open.
import '../style/tokens.css'
import '../style/base.css'
import '../style/shell.css'
import '../style/forms.css'
import '../style/map.css'
import '../style/page.css'
import { type ComponentChildren, render } from 'preact'
import { useRef } from 'preact/hooks'
import { texts } from '../i18n'
import { SignIn } from '../session/SignIn'
import { Notice } from '../ui/Notice'
import { account, dirty, learnAccount, pendingLeave, signInOpen } from '../view/desk'
import { learnMap } from '../view/first'
import { LeaveDialog } from './LeaveDialog'
import { TopBar } from './TopBar'
import { type PageName, mayUse, myPages, pageOpen, pages } from './pages'

interface Options {
  /** What stands in the bar beside the pages, as a search. */
  bar?: ComponentChildren
  /** The page follows the server's stream and says so in the bar (the `link` signal of view/desk). */
  live?: boolean
}

/** Puts the page into the document. The content is made only for who may use the page. */
export function mount(name: PageName, content: () => ComponentChildren, options: Options = {}): void {
  pageOpen.value = name
  void learnMap()
  void learnAccount()
  addEventListener('beforeunload', (event) => {
    if (dirty.peek()) event.preventDefault()
  })
  render(<Page name={name} content={content} {...options} />, document.getElementById('app')!)
}

function Page({ name, content: Content, bar, live = false }: Options & { name: PageName; content: () => ComponentChildren }) {
  const who = account.value
  const entry = pages.find((page) => page.name === name)!
  // Where a session ends by itself, what was typed stays: signing in again goes on with it.
  const ended = useRef(false)
  if (who) ended.current = false
  else if (signInOpen.value === 'ended') ended.current = true
  return (
    <>
      <TopBar live={live} bar={bar} />
      {who === undefined ? <Waiting /> : (who ? mayUse(entry, who.roles) : ended.current) ? <Content /> : <Closed name={name} />}
      <Notice />
      {signInOpen.value !== 'no' && <SignIn />}
      {pendingLeave.value && <LeaveDialog />}
    </>
  )
}

const Waiting = () => (
  <main class="page-note" aria-busy="true">
    <p class="quiet-text">{texts.value.card.loading}</p>
  </main>
)

/** Nobody is signed in, or somebody whom the page does not concern. */
function Closed({ name }: { name: PageName }) {
  const t = texts.value
  const who = account.value
  return (
    <main class="page-note">
      <h2>{t.pages.names[name]}</h2>
      {who ? (
        <>
          <p>{t.pages.notYours(who.displayName || who.name, t.pages.purpose[name])}</p>
          <ul class="plain page-doors">
            {myPages.value.map((page) => (
              <li key={page.name}>
                <a class="button" href={page.path}>
                  {t.pages.names[page.name]}
                </a>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <>
          <p>{t.pages.signInFirst(t.pages.purpose[name])}</p>
          <button type="button" class="button primary" onClick={() => (signInOpen.value = 'asked')}>
            {t.session.signIn}
          </button>
          <a href="/">{t.pages.names.map}</a>
        </>
      )}
    </main>
  )
}
