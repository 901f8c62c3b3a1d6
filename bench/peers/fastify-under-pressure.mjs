import underPressure from '@fastify/under-pressure'
import Fastify from 'fastify'
const app = Fastify()
await app.register(underPressure, {
  exposeStatusRoute: '/health',
  healthCheck: async () => true,
  healthCheckInterval: 5000,
})
await app.listen({ host: '127.0.0.1', port: 0 })
console.log(`port ${app.server.address().port}`)
