import { mount } from '../shell/mount'
import '../style/grid.css'
import '../style/people.css'
import { PeoplePage } from './PeoplePage'

mount('people', PeoplePage)
