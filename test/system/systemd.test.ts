import { describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EXIT } from '../../src/exit-codes.ts'
import { startGraph } from '../process/graph.ts'
import { forEachRuntime, Program, start, temporaryFolder } from '../process/harness.ts'
import { has } from './programs.ts'

const FOLDER = new URL('../../deploy/systemd/', import.meta.url).pathname
const UNITS = ['whatsapp-token-guard.service', 'bot.service', 'rotate.service']

/** Exposure from 0 to 10: less means fewer rights. Without a user of its own and without a filter a service has 9.6. */
const EXPOSURE_MAX = 2

describe.skipIf(!has('systemd-analyze')).each(UNITS)('%s', (unit) => {
  /** The unit with a program that exists on this machine: systemd checks that too. */
  function analyzed(...args: readonly string[]) {
    using folder = temporaryFolder()
    const path = join(folder.path, unit)
    const text = readFileSync(join(FOLDER, unit), 'utf8')
    writeFileSync(path, text.replace('/usr/local/bin/whatsapp-token-guard', '/bin/true'))
    const { stdout, stderr } = spawnSync('systemd-analyze', [...args, path])
    return { stdout: String(stdout), stderr: String(stderr) }
  }

  test('causes no remark from systemd', () => {
    expect(analyzed('verify', '--man=no')).toEqual({ stdout: '', stderr: '' })
  })

  test('is confined', () => {
    const { stdout } = analyzed('security', '--offline=true', '--no-pager')
    const exposure = Number(/Overall exposure level[^:]*: ([\d.]+)/.exec(stdout)?.[1])
    expect(exposure).toBeLessThan(EXPOSURE_MAX)
  })

  test('does not restart after an error that a restart cannot repair', () => {
    const text = readFileSync(join(FOLDER, unit), 'utf8')
    expect(text).toContain(`RestartPreventExitStatus=${EXIT.usage} ${EXIT.refused} ${EXIT.config}`)
  })
})

/** What systemd hears, on a datagram socket of Python's: neither runtime has one. */
const LISTENER = `
import socket, sys
heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
heard.bind(sys.argv[1])
print("listening", flush=True)
while True:
    # With each message a descriptor may come, which is the sender's barrier.
    data, fds, _, _ = socket.recv_fds(heard, 4096, 8)
    for fd in fds: socket.os.close(fd)
    print(data.decode().strip(), flush=True)
`

describe.skipIf(!has('systemd-notify') || !has('python3'))('Type=notify', () => {
  forEachRuntime((runtime) => {
    test('is notified when the service listens, and when it stops', async () => {
      await using graph = startGraph()
      using folder = temporaryFolder()
      const socket = join(folder.path, 'notify')
      await using systemd = new Program(['python3', '-c', LISTENER, socket], {}, {})
      const heard = (text: string) => systemd.until(text, () => (systemd.stdout.includes(text) ? true : undefined))
      await heard('listening')
      await using program = start(runtime, ['serve'], { ...graph.env, NOTIFY_SOCKET: socket })
      await heard('READY=1')
      expect((await program.ask('/health/ready')).status).toBe(200)
      program.kill('SIGTERM')
      await heard('STOPPING=1')
      expect((await program.exit).code).toBe(0)
    })

    test('gets no notification from a start that is refused', async () => {
      await using graph = startGraph('revoked')
      using folder = temporaryFolder()
      const socket = join(folder.path, 'notify')
      await using systemd = new Program(['python3', '-c', LISTENER, socket], {}, {})
      await systemd.until('it', () => (systemd.stdout.includes('listening') ? true : undefined))
      await using program = start(runtime, ['serve'], { ...graph.env, NOTIFY_SOCKET: socket })
      expect((await program.exit).code).toBe(77)
      expect(systemd.stdout).toBe('listening\n')
    })
  })
})
