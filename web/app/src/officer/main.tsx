import { texts } from '../i18n'
import { mount } from '../shell/mount'

mount('myGrid', () => (
  <main class="page-note">
    <h2>{texts.value.pages.names.myGrid}</h2>
  </main>
))
