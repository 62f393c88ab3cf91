import '../style/card.css'
import '../style/life.css'
import '../style/time.css'
import '../style/tables.css'
import '../style/planning.css'
import { mount } from '../shell/mount'
import { Page } from './Page'

mount('planning', () => <Page />, { live: true })
