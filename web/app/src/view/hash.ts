// The address of a view: #zoom/lat/lon, and /code when a building is open. What is on the screen can be sent to a
// colleague, and the browser's back button walks from house to house.

export interface View {
  zoom: number
  lat: number
  lon: number
}

export interface Place {
  view: View | null
  code: string | null
}

export function formatHash({ view, code }: Place): string {
  if (!view) return code ? `#${code}` : ''
  const digits = Math.max(3, Math.ceil((view.zoom * Math.LN2 + Math.log(512 / 360 / 0.5)) / Math.LN10))
  const parts = [`${Math.round(view.zoom * 100) / 100}`, view.lat.toFixed(digits), view.lon.toFixed(digits)]
  if (code) parts.push(code)
  return `#${parts.join('/')}`
}

/** Reads what formatHash wrote; anything else, also out of range, is an empty place and never an error. */
export function parseHash(hash: string): Place {
  const parts = hash.replace(/^#/, '').split('/')
  const code = /^[1-9]\d{11}$/
  if (parts.length === 1 && code.test(parts[0] ?? '')) return { view: null, code: parts[0]! }
  if (parts.length < 3 || parts.length > 4) return { view: null, code: null }
  const [zoom, lat, lon] = parts.slice(0, 3).map((part) => (part.trim() === '' ? NaN : Number(part))) as [number, number, number]
  const fits = zoom >= 0 && zoom <= 24 && Math.abs(lat) <= 85.06 && Math.abs(lon) <= 180
  return {
    view: fits ? { zoom, lat, lon } : null,
    code: parts[3] !== undefined && code.test(parts[3]) ? parts[3] : null,
  }
}
