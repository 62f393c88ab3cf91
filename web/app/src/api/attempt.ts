/**
 * The Idempotency-Key of one thing a person is trying to do. The same content sent again (no answer came, the
 * button was pressed twice) carries the same key and happens once; changed content is another attempt.
 */
export class Attempt {
  private content = ''
  private key = ''

  keyFor(body: unknown): string {
    const content = JSON.stringify(body)
    if (content !== this.content || this.key === '') {
      this.content = content
      this.key = randomKey()
    }
    return this.key
  }
}

// crypto.randomUUID exists only on https and localhost; a registry in an office network has neither.
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')
}
