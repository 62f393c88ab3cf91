import * as registry from '../api/registry'
import { texts } from '../i18n'
import { Icon } from '../ui/Icon'
import { account, leaving, say, signInOpen, task } from '../view/desk'

export function AccountButton() {
  const t = texts.value
  const who = account.value
  if (who === undefined) return null
  if (who === null) {
    return (
      <button type="button" class="button" onClick={() => (signInOpen.value = 'asked')}>
        <Icon name="person" /> {t.session.signIn}
      </button>
    )
  }
  const name = who.displayName || who.name
  return (
    <span class="account">
      <span class="account-name" title={t.session.signedInAs(name)}>
        <Icon name="person" /> <span class="visually-hidden">{t.session.signedInAs('')}</span>
        {name}
      </span>
      <button type="button" class="button" onClick={() => leaving(() => void signOut())}>
        {t.session.signOut}
      </button>
    </span>
  )

  async function signOut(): Promise<void> {
    try {
      await registry.signOut()
      task.value = 'none'
      account.value = null
      say(t.session.signedOut)
    } catch {
      say(t.trouble.unreachable)
    }
  }
}
