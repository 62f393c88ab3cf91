import { pageTexts } from '../i18n'
import { inboxEn } from '../i18n/inbox-en'
import { inboxZh } from '../i18n/inbox-zh'

export const words = pageTexts({ en: inboxEn, zh: inboxZh })
