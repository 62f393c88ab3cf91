// Signing in. The page behind it stays as it is, also what was typed in a form.
import { useEffect, useState } from 'preact/hooks'
import { ask, ProblemError } from '../api/http'
import * as registry from '../api/registry'
import { texts } from '../i18n'
import { Dialog } from '../ui/Dialog'
import { Field, TextInput } from '../ui/Field'
import { account, say, signInOpen } from '../view/desk'

export function SignIn() {
  const t = texts.value
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [seen, setSeen] = useState(false)
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState('')
  const [tried, setTried] = useState(false)
  const [provider, setProvider] = useState<string | null>(null)

  useEffect(() => {
    // Without an answer there is still the password.
    ask<{ oidc: { name: string } | null }>('/api/v1/session/ways').then(
      (ways) => setProvider(ways.value.oidc?.name ?? null),
      () => undefined,
    )
  }, [])

  async function send(): Promise<void> {
    setTried(true)
    if (busy || name.trim() === '' || password === '') return
    setBusy(true)
    setWrong('')
    try {
      account.value = await registry.signIn(name.trim(), password)
      signInOpen.value = 'no'
      say(t.session.signedInAs(account.value.displayName || account.value.name))
    } catch (error) {
      if (!(error instanceof ProblemError)) setWrong(t.trouble.unreachable)
      else if (error.status === 429) setWrong(t.session.limited(error.retryAfter ?? 60))
      else if (error.status === 401 || error.status === 422) setWrong(t.session.wrong)
      else setWrong(error.message)
    } finally {
      setBusy(false)
    }
  }

  return (
    <Dialog title={t.session.title} onClose={() => (signInOpen.value = 'no')}>
      <form
        class="dialog-body"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        {signInOpen.value === 'ended' && <p>{t.session.ended}</p>}
        <Field label={t.session.name} error={tried && name.trim() === '' ? t.session.required : undefined}>
          {(tie) => (
            <TextInput tie={tie} value={name} autoComplete="username" autoCapitalize="off" spellcheck={false} maxLength={64} autoFocus onText={setName} />
          )}
        </Field>
        <Field label={t.session.password} error={tried && password === '' ? t.session.required : undefined}>
          {(tie) => (
            <TextInput tie={tie} type={seen ? 'text' : 'password'} value={password} autoComplete="current-password" maxLength={200} onText={setPassword} />
          )}
        </Field>
        <label class="check">
          <input type="checkbox" checked={seen} onChange={(event) => setSeen(event.currentTarget.checked)} /> {t.session.show}
        </label>
        {wrong && (
          <p class="field-error" role="alert">
            {wrong}
          </p>
        )}
        <footer class="dialog-foot">
          {provider && (
            <a class="button" href={`/api/v1/session/oidc?next=${encodeURIComponent(location.pathname + location.search)}`}>
              {t.session.signInAt(provider)}
            </a>
          )}
          <button type="submit" class="button primary" aria-disabled={busy}>
            {t.session.signIn}
          </button>
        </footer>
      </form>
    </Dialog>
  )
}
