declare module '@mapbox/mvt-fixtures' {
  export function each(visit: (fixture: never) => void): void
}
