import { texts } from '../i18n'
import { mount } from '../shell/mount'

mount('dispatch', () => (
  <main class="page-note">
    <h2>{texts.value.pages.names.dispatch}</h2>
  </main>
))
