import { texts } from '../i18n'
import { mount } from '../shell/mount'

mount('inbox', () => (
  <main class="page-note">
    <h2>{texts.value.pages.names.inbox}</h2>
  </main>
))
