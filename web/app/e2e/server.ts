// Starts `fangma demo` once for the whole run, on a temporary data folder and free ports, and takes all of it away
// afterwards. FANGMA_BIN names another binary; FANGMA_URL with FANGMA_CLERK, FANGMA_OPERATOR… (the passwords of the
// accounts named after their roles) a server that runs already.
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the server listens, without a slash at the end. */
    base: string
    /** The demo clerk's password. */
    clerk: string
    /** The passwords of all demo accounts, which are named after their roles. */
    passwords: Record<string, string>
  }
}

const roles = ['clerk', 'dispatcher', 'officer', 'administrator', 'planner', 'landlord', 'integrator', 'operator']
const startWait = 120_000
const stopWait = 20_000

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const running = process.env['FANGMA_URL']
  if (running) {
    const clerk = process.env['FANGMA_CLERK']
    if (!clerk) throw new Error('FANGMA_URL needs FANGMA_CLERK, the password of its clerk')
    project.provide('base', running.replace(/\/$/, ''))
    project.provide('clerk', clerk)
    project.provide('passwords', Object.fromEntries(roles.map((role) => [role, process.env[`FANGMA_${role.toUpperCase()}`] ?? ''])))
    return async () => undefined
  }
  const bin = process.env['FANGMA_BIN'] ?? new URL('../../../bin/fangma', import.meta.url).pathname
  if (!existsSync(bin)) throw new Error(`${bin} is not there: run "make build" first, or name a binary in FANGMA_BIN`)

  const folder = mkdtempSync(join(tmpdir(), 'fm-'))
  // Started by root, the database runs as another user, who has to reach the folder.
  chmodSync(folder, 0o755)
  const [port, admin] = [await freePort(), await freePort()]
  const args = ['demo', '--data', join(folder, 'data'), '--listen', `127.0.0.1:${port}`, '--admin-listen', `127.0.0.1:${admin}`]
  const server = spawn(bin, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const hear = (chunk: Buffer) => (output += chunk.toString())
  server.stdout.on('data', hear)
  server.stderr.on('data', hear)
  // Whatever ends this run, the server ends with it.
  const end = () => server.kill('SIGTERM')
  process.once('exit', end)

  const clean = async () => {
    process.removeListener('exit', end)
    await stop(server)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const base = `http://127.0.0.1:${port}`
    await until(async () => {
      if (server.exitCode !== null) throw new Error(`fangma demo ended with ${server.exitCode}`)
      return passwordOf(output, 'clerk') !== null && (await fetch(`${base}/readyz`).then((r) => r.ok, () => false))
    }, startWait)
    project.provide('base', base)
    project.provide('clerk', passwordOf(output, 'clerk')!)
    project.provide('passwords', Object.fromEntries(roles.map((role) => [role, passwordOf(output, role) ?? ''])))
  } catch (cause) {
    await clean()
    throw new Error(`fangma demo did not start:\n${output}`, { cause })
  }
  return clean
}

/** The password behind an account's name in what `fangma demo` prints. */
export function passwordOf(output: string, name: string): string | null {
  return new RegExp(`^\\s*${name}\\s+(\\S{6,})\\s*$`, 'm').exec(output)?.[1] ?? null
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGTERM')
  const timer = setTimeout(() => server.kill('SIGKILL'), stopWait)
  await ended
  clearTimeout(timer)
}

async function until(done: () => Promise<boolean>, wait: number): Promise<void> {
  const end = Date.now() + wait
  while (!(await done())) {
    if (Date.now() > end) throw new Error(`not within ${wait / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}
