// The floor on Bun: a route that answers a constant.
const answer = () => new Response('{"status":"pass"}', { headers: { 'content-type': 'application/json' } })
const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  routes: { '/health': { GET: answer() } },
  fetch: () => new Response(null, { status: 404 }),
})
console.log(`port ${server.port}`)
