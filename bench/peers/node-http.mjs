// The floor on Node: a handler that answers a constant.
import { createServer } from 'node:http'
const body = '{"status":"pass"}'
const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
const server = createServer((request, response) => {
  response.writeHead(request.url === '/health' ? 200 : 404, headers)
  response.end(body)
})
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`))
