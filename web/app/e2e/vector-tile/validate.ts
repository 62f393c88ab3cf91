// Holds bytes against the Mapbox Vector Tile specification 2.1, on the raw protobuf: an independent reader of what the
// Go encoder writes. Every MUST of the text is a finding; of the SHOULDs those that cost a client something are, too.
// https://github.com/mapbox/vector-tile-spec/tree/master/2.1
import { PbfReader } from 'pbf'
import { geometryFindings } from './geometry'

export interface Layer {
  name: string
  version: number | null
  extent: number
  keys: string[]
  features: number
}

export interface Verdict {
  findings: string[]
  layers: Layer[]
}

const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const
const names = Object.fromEntries(Object.entries(wire).map(([name, type]) => [type, name]))

export function validate(bytes: Uint8Array): Verdict {
  const findings: string[] = []
  const layers: Layer[] = []
  try {
    for (const field of fields(new PbfReader(bytes))) {
      if (field.tag === 3 && field.type === wire.bytes) layers.push(layer(field.bytes(), findings))
      else if (field.tag < 16) findings.push(`tile: unknown field ${field.tag} (${names[field.type]})`)
    }
  } catch (error) {
    findings.push(`tile: not readable: ${error instanceof Error ? error.message : String(error)}`)
  }
  repeated(layers.map((l) => l.name)).forEach((name) => findings.push(`tile: two layers are named ${name}`))
  return { findings, layers }
}

interface Field {
  tag: number
  type: number
  number(): number
  bytes(): Uint8Array
}

/** The fields of a message in their order; throws where a field reaches past the end. */
function* fields(reader: PbfReader): Generator<Field> {
  let tag: number
  while ((tag = reader.nextField())) {
    const start = reader.pos
    let read = false
    const once = <T>(value: () => T) => {
      reader.pos = start
      read = true
      return value()
    }
    yield { tag, type: reader.type, number: () => once(() => reader.readVarint()), bytes: () => once(() => slice(reader)) }
    if (!read) {
      reader.pos = start
      reader.skip(reader.type)
    }
    if (reader.pos > reader.length) throw new Error(`field ${tag} is cut off`)
  }
}

function slice(reader: PbfReader): Uint8Array {
  const length = reader.readVarint()
  if (reader.pos + length > reader.length) throw new Error('a field is cut off')
  const bytes = reader.buf.subarray(reader.pos, reader.pos + length)
  reader.pos += length
  return bytes
}

const text = (bytes: Uint8Array) => new TextDecoder('utf-8', { fatal: true }).decode(bytes)

function layer(bytes: Uint8Array, findings: string[]): Layer {
  const found: Layer = { name: '', version: null, extent: 4096, keys: [], features: 0 }
  const values: string[] = []
  const features: Uint8Array[] = []
  const seen = new Set<number>()
  const wrong: string[] = []
  const types: Record<number, number> = { 15: wire.varint, 1: wire.bytes, 2: wire.bytes, 3: wire.bytes, 4: wire.bytes, 5: wire.varint }
  for (const field of fields(new PbfReader(bytes))) {
    if (types[field.tag] === undefined) {
      if (field.tag < 16) wrong.push(`unknown field ${field.tag}`)
      continue
    }
    if (types[field.tag] !== field.type) {
      wrong.push(`field ${field.tag} is coded as ${names[field.type]}`)
      continue
    }
    if ([15, 1, 5].includes(field.tag) && seen.has(field.tag)) wrong.push(`field ${field.tag} comes twice`)
    seen.add(field.tag)
    if (field.tag === 15) found.version = field.number()
    else if (field.tag === 1) found.name = text(field.bytes())
    else if (field.tag === 2) features.push(field.bytes())
    else if (field.tag === 3) found.keys.push(text(field.bytes()))
    else if (field.tag === 4) values.push(value(field.bytes(), wrong))
    else found.extent = field.number()
  }
  if (!seen.has(1) || found.name === '') wrong.push('no name')
  if (found.version === null) wrong.push('no version')
  else if (found.version !== 2) wrong.push(`version ${found.version}`)
  if (found.extent <= 0) wrong.push(`extent ${found.extent}`)
  repeated(found.keys).forEach((key) => wrong.push(`key ${key} comes twice`))
  repeated(values).forEach((v) => wrong.push(`value ${v} comes twice`))
  const ids: string[] = []
  features.forEach((f, index) => feature(f, found.keys.length, values.length, ids).forEach((w) => wrong.push(`feature ${index}: ${w}`)))
  repeated(ids).forEach((id) => wrong.push(`id ${id} comes twice`))
  found.features = features.length
  findings.push(...wrong.map((w) => `layer ${found.name || '?'}: ${w}`))
  return found
}

/** The value as a comparable string of its type and bytes. */
function value(bytes: Uint8Array, wrong: string[]): string {
  const types: Record<number, number> = { 1: wire.bytes, 2: wire.fixed32, 3: wire.fixed64, 4: wire.varint, 5: wire.varint, 6: wire.varint, 7: wire.varint }
  let count = 0
  let known = ''
  for (const field of fields(new PbfReader(bytes))) {
    if (types[field.tag] === undefined) {
      wrong.push(`a value has the unknown type ${field.tag}`)
      return `?${Math.random()}`
    }
    if (types[field.tag] !== field.type) {
      wrong.push(`a value of type ${field.tag} is coded as ${names[field.type]}`)
      return `?${Math.random()}`
    }
    count++
    known = `${field.tag}:${Array.from(bytes).join(',')}`
    if (field.tag === 1) text(field.bytes())
  }
  if (count !== 1) wrong.push(`a value has ${count} types`)
  return known
}

function feature(bytes: Uint8Array, keys: number, values: number, ids: string[]): string[] {
  const wrong: string[] = []
  const seen = new Set<number>()
  const types: Record<number, number> = { 1: wire.varint, 2: wire.bytes, 3: wire.varint, 4: wire.bytes }
  let type = 0
  let geometry: number[] | null = null
  for (const field of fields(new PbfReader(bytes))) {
    if (types[field.tag] === undefined) {
      if (field.tag < 16) wrong.push(`unknown field ${field.tag}`)
      continue
    }
    if (types[field.tag] !== field.type) {
      wrong.push(`field ${field.tag} is coded as ${names[field.type]}`)
      continue
    }
    if (seen.has(field.tag)) wrong.push(`field ${field.tag} comes twice`)
    seen.add(field.tag)
    if (field.tag === 1) ids.push(String(field.number()))
    else if (field.tag === 2) wrong.push(...tags(packed(field.bytes()), keys, values))
    else if (field.tag === 3) type = field.number()
    else geometry = packed(field.bytes())
  }
  if (!seen.has(3)) wrong.push('no type')
  else if (type > 3) wrong.push(`type ${type}`)
  if (geometry === null || geometry.length === 0) wrong.push('no geometry')
  else wrong.push(...geometryFindings(type, geometry))
  return wrong
}

function packed(bytes: Uint8Array): number[] {
  const reader = new PbfReader(bytes)
  const numbers: number[] = []
  while (reader.pos < reader.length) numbers.push(reader.readVarint())
  if (reader.pos > reader.length) throw new Error('a packed number is cut off')
  return numbers
}

function tags(pairs: number[], keys: number, values: number): string[] {
  const wrong: string[] = []
  if (pairs.length % 2 !== 0) wrong.push('an odd number of tags')
  const used: string[] = []
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    if (pairs[i]! >= keys) wrong.push(`tag points to key ${pairs[i]} of ${keys}`)
    if (pairs[i + 1]! >= values) wrong.push(`tag points to value ${pairs[i + 1]} of ${values}`)
    used.push(String(pairs[i]))
  }
  repeated(used).forEach((key) => wrong.push(`key ${key} is used twice`))
  return wrong
}

function repeated(list: readonly string[]): string[] {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const item of list) seen.has(item) ? twice.add(item) : seen.add(item)
  return [...twice]
}
