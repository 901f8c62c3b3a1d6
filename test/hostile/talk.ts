import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'

/** Sends bytes as they are until the other side closes, however rudely: the status of each answer, and all that came. */
export function talk(
  port: number,
  bytes: string,
): Promise<{ readonly statuses: readonly number[]; readonly heard: string }> {
  return new Promise((resolve, reject) => {
    let heard = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'))
    socket.setTimeout(15_000, () => socket.destroy().emit('late'))
    socket.on('late', () => reject(new Error(`not closed after: ${heard}`)))
    socket.on('data', (data) => (heard += data.toString('latin1')))
    socket.on('error', () => {}) // a reset is an end as well
    socket.on('close', () => {
      resolve({ statuses: [...heard.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status)), heard })
    })
  })
}

export const descriptorsOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length

/** Its resident memory, in MiB. */
export function residentMiB(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib) / 1024
}

/** Polls until the state is as expected: for changes that no event shows. */
export async function until(what: string, look: () => boolean | Promise<boolean>, timeoutMs = 30_000): Promise<void> {
  const endMs = performance.now() + timeoutMs
  while (!(await look())) {
    if (performance.now() > endMs) throw new Error(`not within ${timeoutMs} ms: ${what}`)
    await Bun.sleep(25)
  }
}
