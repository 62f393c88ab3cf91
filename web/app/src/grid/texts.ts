import { gridEn } from '../i18n/grid-en'
import { gridZh } from '../i18n/grid-zh'
import { pageTexts } from '../i18n'

/** The texts of the assignment map and of the people page, in the present language. */
export const t = pageTexts({ en: gridEn, zh: gridZh })
