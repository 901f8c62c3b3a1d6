// A cached check: terminus reads the answer from memory.
import { createServer } from 'node:http'
import { createTerminus } from '@godaddy/terminus'
import express from 'express'
const server = createServer(express())
createTerminus(server, { healthChecks: { '/health': async () => ({ token: 'pass' }) } })
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`))
