import { texts } from '../i18n'
import { mount } from '../shell/mount'

mount('grid', () => (
  <main class="page-note">
    <h2>{texts.value.pages.names.grid}</h2>
  </main>
))
