/**
 * Tells systemd (`Type=notify`) by its own program: neither runtime can send a datagram to a Unix socket. Nothing
 * happens where systemd did not ask for it, and whatever goes wrong is for systemd's time-out to find.
 */
export async function notifySystemd(state: 'READY=1' | 'STOPPING=1'): Promise<void> {
  const { NOTIFY_SOCKET = '', PATH = '' } = process.env
  if (NOTIFY_SOCKET === '') return
  await new Promise<void>((resolve) => {
    // Late, as most starts are not systemd's.
    const { spawn } = process.getBuiltinModule('node:child_process')
    const child = spawn('systemd-notify', [state], { env: { NOTIFY_SOCKET, PATH }, stdio: 'ignore' })
    child.once('error', () => resolve())
    child.once('exit', () => resolve())
  })
}
