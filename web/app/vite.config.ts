import { readFileSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { defineConfig } from 'vitest/config'
import type { Plugin } from 'vite'

// dist/ is embedded in the Go binary, and Go refuses to embed an empty folder: the marker file that
// keeps the folder in git has to survive every build.
function keepMarker(): Plugin {
  return {
    name: 'keep-dist-marker',
    apply: 'build',
    closeBundle() {
      writeFileSync(new URL('./dist/.keep', import.meta.url), '')
    },
  }
}

// Beside each script and style its smaller twins, which the server sends to browsers that take them; it would spend a
// tenth of a second of each start on making them. Node's default for brotli is the best quality there is.
function twins(): Plugin {
  return {
    name: 'twins',
    apply: 'build',
    writeBundle({ dir }, bundle) {
      for (const name of Object.keys(bundle).filter((file) => /\.(js|css)$/.test(file))) {
        const path = `${dir}/${name}`
        const body = readFileSync(path)
        writeFileSync(`${path}.br`, brotliCompressSync(body))
        writeFileSync(`${path}.gz`, gzipSync(body, { level: 9 }))
      }
    },
  }
}

// One page a kind of work; the server shows dist/my-grid.html at /my-grid.
const pages = {
  map: 'index.html',
  myGrid: 'my-grid.html',
  inbox: 'inbox.html',
  grid: 'grid.html',
  people: 'people.html',
  dispatch: 'dispatch.html',
  planning: 'planning.html',
}

// During development the API, tiles and styles come from a running `fangma demo`.
const server = process.env['FANGMA_URL'] ?? 'http://127.0.0.1:8080'

export default defineConfig({
  base: '/',
  plugins: [keepMarker(), twins()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    // Inlined assets would be data: URLs, which the content security policy does not let in.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rolldownOptions: { input: pages },
  },
  worker: { format: 'es' },
  server: {
    proxy: Object.fromEntries(['/api', '/tiles', '/style', '/h'].map((path) => [path, server])),
  },
  test: {
    include: ['{src,e2e}/**/*.test.{ts,tsx}'],
    environment: 'happy-dom',
  },
})
