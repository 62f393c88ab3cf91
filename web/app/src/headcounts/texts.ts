import { pageTexts } from '../i18n'
import { countsEn } from '../i18n/counts-en'
import { countsZh } from '../i18n/counts-zh'

export const words = pageTexts({ en: countsEn, zh: countsZh })
