// Light or dark: as the system says, until somebody chooses.
import { computed, effect, signal } from '@preact/signals'
import { recall, remember } from './memory'

export type Theme = 'light' | 'dark'
export type ThemeChoice = Theme | 'system'

const dark = matchMedia('(prefers-color-scheme: dark)')
const system = signal<Theme>(dark.matches ? 'dark' : 'light')
dark.addEventListener('change', () => (system.value = dark.matches ? 'dark' : 'light'))

const remembered = recall('theme')
export const themeChoice = signal<ThemeChoice>(remembered === 'light' || remembered === 'dark' ? remembered : 'system')
export const theme = computed<Theme>(() => (themeChoice.value === 'system' ? system.value : themeChoice.value))

export function chooseTheme(choice: ThemeChoice): void {
  remember('theme', choice === 'system' ? null : choice)
  themeChoice.value = choice
}

effect(() => {
  document.documentElement.dataset['theme'] = theme.value
})
