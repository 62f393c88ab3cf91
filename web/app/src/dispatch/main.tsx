import '../style/life.css'
import '../style/time.css'
import '../style/card.css'
import '../style/tables.css'
import '../style/dispatch.css'
import { mount } from '../shell/mount'
import { Page } from './Page'

mount('dispatch', () => <Page />, { live: true })
