import { texts } from '../i18n'
import { mount } from '../shell/mount'

mount('people', () => (
  <main class="page-note">
    <h2>{texts.value.pages.names.people}</h2>
  </main>
))
