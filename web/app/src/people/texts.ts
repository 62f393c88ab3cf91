import { pageTexts } from '../i18n'
import { peopleEn } from '../i18n/people-en'
import { peopleZh } from '../i18n/people-zh'

export const t = pageTexts({ en: peopleEn, zh: peopleZh })
