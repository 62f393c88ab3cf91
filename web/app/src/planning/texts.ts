import { pageTexts } from '../i18n'
import { planningEn } from '../i18n/planning-en'
import { planningZh } from '../i18n/planning-zh'

export const words = pageTexts({ en: planningEn, zh: planningZh })
