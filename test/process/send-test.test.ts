import { expect } from 'bun:test'
import { independentlyOnOne } from './concurrent.ts'
import { graphError, startGraph, without, type Graph } from './graph.ts'
import { forOneRuntime, run } from './harness.ts'

const TO = ['send-test', '--to', '+49 170 1234567']

forOneRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  const sends = (graph: Graph, args: readonly string[] = [], env = graph.env) => run(runtime, [...TO, ...args], env)
  const isMessage = (path: string) => path.endsWith('/messages')

  onOne('send-test sends one message, prints its id, and says that accepted is not delivered', async () => {
    await using graph = startGraph()
    const ended = await sends(graph, ['--yes'])
    expect([ended.code, ended.stderr]).toEqual([0, ''])
    expect(ended.stdout).toMatch(/message id +wamid\./)
    expect(ended.stdout).toContain('Accepted is not delivered')
    expect(graph.asked.filter(isMessage)).toHaveLength(1)
  })

  onOne('send-test does not send without a yes', async () => {
    await using graph = startGraph()
    const ended = await sends(graph)
    expect([ended.code, ended.stdout]).toEqual([64, ''])
    expect(ended.stderr).toContain('--yes')
    expect(graph.asked).toEqual([])
  })

  for (const [args, said] of [
    [['--to', '0170123456'], 'country code'],
    [['--to', 'US.13491208655302741918'], 'business-scoped user id: send-test does not support these yet'],
    [['--to', 'BR.2a9Z'], 'Give the telephone number of the same person'],
    [['--to', '+49170123456', '--template', 'Hello World'], 'hello_world:en_US'],
    [['--to', '+49170123456', '--from', 'x'], '--from'],
    [['--to', '+49170123456', '--from', '1,2'], 'one number'],
    [[], '--to'],
  ] as const)
    onOne(`send-test ${args.join(' ')} is wrong`, async () => {
      await using graph = startGraph()
      const ended = await run(runtime, ['send-test', '--yes', ...args], graph.env)
      expect([ended.code, ended.stdout]).toEqual([64, ''])
      expect(ended.stderr).toContain(said)
      expect(graph.asked).toEqual([])
    })

  onOne('send-test without a sending number is 78', async () => {
    await using graph = startGraph()
    const ended = await sends(graph, ['--yes'], without(graph.env, 'WHATSAPP_PHONE_NUMBER_ID'))
    expect(ended.code).toBe(78)
    expect(ended.stderr).toContain('WHATSAPP_PHONE_NUMBER_ID')
  })

  for (const [scenario, code] of [
    ['revoked', 77],
    ['scope-missing', 0],
    ['account-unassigned', 77],
    ['rate-limited', 75],
    ['failing', 75],
    ['nonsense', 75],
  ] as const)
    onOne(`send-test on ${scenario} exits ${code}`, async () => {
      await using graph = startGraph(scenario)
      expect((await sends(graph, ['--yes'])).code).toBe(code)
    })

  onOne('send-test says why an accepted message will not arrive', async () => {
    await using graph = startGraph('payment-missing')
    const ended = await sends(graph, ['--yes'])
    expect(ended.code).toBe(0)
    expect(ended.stdout).toContain('phone.blocked')
    expect(ended.stdout).toContain('hardly arrive')
  })

  onOne("send-test says so when the number's health could not be read", async () => {
    const answer = (request: Request) =>
      request.method === 'GET'
        ? new Response('down', { status: 503 })
        : Response.json({ messages: [{ id: 'wamid.x' }] })
    await using graph = startGraph('permanent', { answer })
    const ended = await sends(graph, ['--yes'])
    expect(ended.code).toBe(0)
    expect(ended.stdout).toContain('Graph did not show')
  })

  /** The sandbox refuses these recipients: +1 555 0, then the code. */
  for (const [recipient, code, ...said] of [
    ['+15550000200', 77, 'error 200 "(#200) You do not have the necessary permissions', 'with full control', 'step 3'],
    ['+15550131005', 77, 'error 131005', 'Run check first'],
    ['+15550133010', 77, 'error 133010', 'POST /{Phone number ID}/register'],
    ['+15550131037', 77, 'error 131037', 'Wait for the review'],
    ['+15550131030', 65, 'error 131030', 'Manage phone number list'],
    ['+15550131056', 75, 'error 131056', 'others get messages meanwhile'],
  ] as const)
    onOne(`send-test to ${recipient} exits ${code} and advises what leads to the repair`, async () => {
      await using graph = startGraph()
      const ended = await run(runtime, ['send-test', '--yes', '--to', recipient], graph.env)
      expect(ended.code).toBe(code)
      const text = ended.stdout.replaceAll(/\s+/g, ' ')
      for (const each of said) expect(text).toContain(each)
    })

  onOne("send-test quotes WhatsApp's own details, without what could move a cursor", async () => {
    const answer = (_request: Request, path: string) =>
      isMessage(path)
        ? graphError(400, { code: 131030, message: '(#131030)', error_data: { details: 'not allowed\u001b[2J' } })
        : undefined
    await using graph = startGraph('permanent', { answer })
    const ended = await sends(graph, ['--yes'])
    expect(ended.code).toBe(65)
    expect(ended.stdout).toContain('not allowed')
    expect(ended.stdout).not.toContain('\u001b')
  })

  onOne('send-test from another number sends a template there', async () => {
    const bodies: unknown[] = []
    const answer = async (request: Request, path: string): Promise<Response> => {
      if (isMessage(path)) bodies.push(await request.clone().json())
      return Response.json({ messages: [{ id: 'wamid.x' }] })
    }
    await using graph = startGraph('permanent', { answer })
    const ended = await sends(graph, ['--yes', '--from', '4711', '--template', 'hello_world:de'])
    expect(ended.code).toBe(0)
    expect(graph.asked).toContain('/4711/messages')
    expect(bodies).toMatchObject([
      { to: '+491701234567', type: 'template', template: { name: 'hello_world', language: { code: 'de' } } },
    ])
  })
})
