import { texts } from '../i18n'
import { mount } from '../shell/mount'

mount('planning', () => (
  <main class="page-note">
    <h2>{texts.value.pages.names.planning}</h2>
  </main>
))
