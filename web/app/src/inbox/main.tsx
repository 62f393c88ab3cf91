import '../style/card.css'
import '../style/life.css'
import '../style/field.css'
import { mount } from '../shell/mount'
import { Inbox } from './Inbox'

mount('inbox', () => <Inbox />)
