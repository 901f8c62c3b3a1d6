// The floor of a start: the one HTTPS request that every check needs, judged as the guide's `curl | jq` does.
const { GRAPH_API_URL, WHATSAPP_TOKEN } = process.env
const answer = await fetch(`${GRAPH_API_URL}/v23.0/debug_token?input_token=${WHATSAPP_TOKEN}`, {
  headers: { authorization: `Bearer ${WHATSAPP_TOKEN}` },
})
const { data } = await answer.json()
if (data.is_valid !== true || data.expires_at !== 0) process.exit(77)
if (process.argv[2] === 'serve' && globalThis.Bun) {
  Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response('{}') })
  console.log('listening')
} else if (process.argv[2] === 'serve') {
  const { createServer } = await import('node:http')
  createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1', () => console.log('listening'))
}
