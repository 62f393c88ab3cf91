import './style/tokens.css'
import './style/base.css'
import './style/shell.css'
import './style/card.css'
import './style/forms.css'
import './style/map.css'
import './style/life.css'
import './style/time.css'
import { render } from 'preact'
import { App } from './shell/App'
import { start } from './view/start'

start()
render(<App />, document.getElementById('app')!)
