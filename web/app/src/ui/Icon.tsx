// One set of line icons on a 20 px grid. They are decoration: every button that shows one has a name of its own.
const paths = {
  plus: 'M10 4v12M4 10h12',
  minus: 'M4 10h12',
  whole: 'M4 8V4h4M12 4h4v4M16 12v4h-4M8 16H4v-4',
  search: 'M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12ZM13.5 13.5 17 17',
  close: 'M5 5l10 10M15 5 5 15',
  copy: 'M7 7h9v10H7zM4 13V3h9',
  locate: 'M10 17s5-5.2 5-9A5 5 0 0 0 5 8c0 3.8 5 9 5 9ZM10 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  plate: 'M3 5h14v10H3zM6 9h8M6 12h5',
  up: 'M5 12.5 10 7.5l5 5',
  down: 'M5 7.5l5 5 5-5',
  pen: 'M4 16l1-4 8-8 3 3-8 8-4 1ZM11.5 5.5l3 3',
  outline: 'M4 6l7-2 5 5-3 7-8-1zM4 6h.01M11 4h.01M16 9h.01M13 16h.01M5 15h.01',
  state: 'M4 10a6 6 0 0 1 10.5-4M16 10a6 6 0 0 1-10.5 4M14.5 3v3h-3M5.5 17v-3h3',
  retire: 'M3 17h14M5 17V9l5-4 5 4v8M8 9l4 5M12 9l-4 5',
  void: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM5 5l10 10',
  draw: 'M3 17V9l5-4 5 4v3M3 17h7M15 12v6M12 15h6',
  undo: 'M4 8h8a4 4 0 0 1 0 8H8M7 5 4 8l3 3',
  check: 'M4 10.5 8 14.5l8-9',
  person: 'M10 10a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4ZM4 17c.6-3.2 3-5 6-5s5.4 1.8 6 5',
  sun: 'M10 13.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4ZM10 2.5v2M10 15.5v2M2.5 10h2M15.5 10h2M4.7 4.7l1.4 1.4M13.9 13.9l1.4 1.4M4.7 15.3l1.4-1.4M13.9 6.1l1.4-1.4',
  moon: 'M16.5 12.2A7 7 0 0 1 7.8 3.5a7 7 0 1 0 8.7 8.7Z',
  system: 'M3 4h14v9H3zM8 17h4M10 13v4',
  alert: 'M10 3 2.5 16.5h15zM10 8v4M10 14.2h.01',
  menu: 'M3 6h14M3 10h14M3 14h14',
  split: 'M4 5h5v10H4zM12 5h4v10h-4M10.5 2v16',
  merge: 'M3 6h6v8H3zM11 6h6v8h-6M9 10h2',
  clock: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 6v4l3 2',
  keyboard: 'M2.5 5.5h15v9h-15zM5.5 8.5h.01M8.5 8.5h.01M11.5 8.5h.01M14.5 8.5h.01M6.5 11.5h7',
  play: 'M6 4l10 6-10 6z',
  pause: 'M7 4.5v11M13 4.5v11',
  link: 'M8.5 11.5a3 3 0 0 0 4.2 0l3-3a3 3 0 0 0-4.2-4.2L10 5.8M11.5 8.5a3 3 0 0 0-4.2 0l-3 3a3 3 0 0 0 4.2 4.2L10 14.2',
  print: 'M6 8V3h8v5M6 14H3.5V8h13v6H14M6 11.5h8V17H6z',
  phone: 'M5 3h3l1.5 4-2 1.2a9 9 0 0 0 4.3 4.3l1.2-2 4 1.5v3c0 .6-.4 1-1 1C9.5 16 4 10.5 4 4c0-.6.4-1 1-1Z',
  left: 'M12.5 5 7.5 10l5 5',
  people: 'M7.5 9.5a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4ZM2.5 16c.5-2.8 2.4-4.3 5-4.3s4.5 1.5 5 4.3M13 4.5a2.5 2.5 0 0 1 0 4.8M14.5 12c1.7.4 2.7 1.7 3 4',
  eye: 'M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5ZM10 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4Z',
  inbox: 'M3 11l2.5-7h9L17 11v5H3zM3 11h4l1 2h4l1-2h4',
  trash: 'M4 6h12M8 6V4h4v2M6 6l.7 10h6.6L14 6',
  pick: 'M5 3l10 6-4.5 1.2L8 15zM10.5 10.5 14 16',
  brush: 'M16 4 9 11M9 11c-2.2-.6-4 .6-4.2 2.6-.1 1.2-.8 2-1.8 2.4 3 .9 6.7.2 7-2.6.1-1-.3-1.9-1-2.4Z',
  lasso: 'M10 3.5c-4 0-7 1.9-7 4.4s3 4.4 7 4.4 7-1.9 7-4.4-3-4.4-7-4.4ZM6 11.5c-1.6.8-1.9 2.6-.3 3.4 1.3.6 2.5.2 2.8 2.1',
  swap: 'M4 7h11l-3-3M16 13H5l3 3',
  file: 'M5 3h7l3 3v11H5zM12 3v3h3M10 9v5M7.7 11.8 10 14l2.3-2.2',
  scales: 'M10 4v12M6 16h8M4 6h12M4 6l-2 5h4zM16 6l-2 5h4z',
} as const

export type IconName = keyof typeof paths

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
      <path d={paths[name]} fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  )
}
