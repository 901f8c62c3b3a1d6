/**
 * Notifies systemd (`Type=notify`) with `systemd-notify`: neither runtime can send a datagram to a Unix socket. Does
 * nothing if systemd did not ask for it, and ignores errors: systemd's time-out finds them.
 */
export async function notifySystemd(state: 'READY=1' | 'STOPPING=1'): Promise<void> {
  const { NOTIFY_SOCKET = '', PATH = '' } = process.env
  if (NOTIFY_SOCKET === '') return
  await new Promise<void>((resolve) => {
    // Loaded only here: most starts are not systemd's.
    const { spawn } = process.getBuiltinModule('node:child_process')
    const child = spawn('systemd-notify', [state], { env: { NOTIFY_SOCKET, PATH }, stdio: 'ignore' })
    child.once('error', () => resolve())
    child.once('exit', () => resolve())
  })
}
