import { dispatchEn } from '../i18n/dispatch-en'
import { dispatchZh } from '../i18n/dispatch-zh'
import { pageTexts } from '../i18n'

export const words = pageTexts({ en: dispatchEn, zh: dispatchZh })
