import { pageTexts } from '../i18n'
import { officerEn } from '../i18n/officer-en'
import { officerZh } from '../i18n/officer-zh'

export const words = pageTexts({ en: officerEn, zh: officerZh })
