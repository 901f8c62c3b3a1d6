import { serve } from '@hono/node-server'
import { Hono } from 'hono'
const app = new Hono().get('/health', (c) => c.json({ status: 'pass' }))
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => console.log(`port ${port}`))
