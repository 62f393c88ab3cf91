// What the UI remembers on this machine: small choices, never data of the registry. Where the browser forbids
// storage, the choice holds until the page is left.

const prefix = 'fangma.'

export function recall(name: string): string | null {
  try {
    return localStorage.getItem(prefix + name)
  } catch {
    return null
  }
}

export function remember(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(prefix + name)
    else localStorage.setItem(prefix + name, value)
  } catch {
    // Private windows of some browsers refuse; nothing is lost but the convenience.
  }
}
