// The sandbox behind TLS. Prints the variables with which it is reached.
import { readFileSync } from 'node:fs'
import { addressOf, sandboxVariables } from '../src/commands/sandbox.ts'
import { createSandbox } from '../src/sandbox/sandbox.ts'

const [key = '', cert = ''] = process.argv.slice(2).map((path) => readFileSync(path, 'utf8'))
const graph = createSandbox()
const server = Bun.serve({ hostname: '127.0.0.1', port: 0, tls: { key, cert }, fetch: graph.fetch })
process.stdout.write(`${JSON.stringify(sandboxVariables(addressOf(graph, `https://localhost:${server.port}`)))}\n`)
