import { defineConfig } from 'vitest/config'

// The browser test runs one file after the other against one started server: what it does to the registry stays.
export default defineConfig({
  test: {
    // A click can meet a map that is just moving. Once more, then it is a fault; a run tells what it tried again.
    retry: 1,
    root: new URL('..', import.meta.url).pathname,
    // The README's pictures are taken again only when asked for: SCREENSHOTS=1 npm run e2e.
    include: process.env['SCREENSHOTS'] ? ['e2e/pictures.e2e.ts'] : ['e2e/*.e2e.ts'],
    exclude: process.env['SCREENSHOTS'] ? [] : ['e2e/pictures.e2e.ts'],
    environment: 'node',
    globalSetup: ['e2e/server.ts'],
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 15_000 } },
    reporters: ['verbose'],
  },
})
