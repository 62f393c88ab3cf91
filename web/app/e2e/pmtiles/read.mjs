// Reads an archive as any map with the npm package `pmtiles` would, and prints what it finds as JSON:
//   node read.mjs FILE < tiles        with tiles as [[z, x, y], …]
// Tiles come out uncompressed, in base64; null is one that the archive has not got.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { PMTiles } from 'pmtiles'

const path = process.argv[2]
const file = openSync(path, 'r')
const source = {
  getKey: () => path,
  async getBytes(offset, length) {
    const bytes = new Uint8Array(length)
    const read = readSync(file, bytes, 0, length, offset)
    return { data: bytes.buffer.slice(0, read) }
  },
}
const archive = new PMTiles(source)
const tiles = []
for (const [z, x, y] of JSON.parse(readFileSync(0, 'utf8'))) {
  const tile = await archive.getZxy(z, x, y)
  tiles.push(tile ? Buffer.from(tile.data).toString('base64') : null)
}
process.stdout.write(JSON.stringify({ header: await archive.getHeader(), metadata: await archive.getMetadata(), tiles }))
closeSync(file)
