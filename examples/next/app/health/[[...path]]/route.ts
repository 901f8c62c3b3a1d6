import { tokenGuard } from '../../../guard'

// /health, /health/token, /health/ready, /health/live: from memory, never from Next's cache.
export const dynamic = 'force-dynamic'

export const GET = (request: Request) => tokenGuard().fetch(request)
