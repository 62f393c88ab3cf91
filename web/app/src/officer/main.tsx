import '../style/card.css'
import '../style/counts.css'
import '../style/field.css'
import { mount } from '../shell/mount'
import { MyGrid } from './MyGrid'

mount('myGrid', () => <MyGrid />, { live: true })
