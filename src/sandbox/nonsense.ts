import type { Scene } from './scene.ts'

type Nonsense = { readonly contentType: string; readonly body: (truth: unknown, nowMs: number) => string }

const JSON_TYPE = 'application/json; charset=UTF-8'
const SIXTY_DAYS_MS = 60 * 86_400_000

const LIST: Nonsense = { contentType: JSON_TYPE, body: () => '[]' }

/** Bends what debug_token says; any other answer becomes a list. */
const bent = (change: (nowMs: number) => Record<string, unknown>): Nonsense => ({
  contentType: JSON_TYPE,
  body: (truth, nowMs) => {
    const data = (truth as { data?: unknown }).data
    if (typeof data !== 'object' || data === null || !('is_valid' in data)) return '[]'
    return JSON.stringify({ data: { ...data, ...change(nowMs) } })
  },
})

/** In this order, over and over; debug_token and all other paths each count for themselves. */
const ROTATION: readonly Nonsense[] = [
  { contentType: 'text/html; charset=utf-8', body: () => '<html><body>Internal Server Error</body></html>' },
  { contentType: JSON_TYPE, body: () => '' },
  bent(() => ({ is_valid: 'true' })),
  bent(() => ({ expires_at: null })),
  bent((nowMs) => ({ expires_at: nowMs + SIXTY_DAYS_MS })),
  LIST,
]

function nextTurn(scene: Scene, inspects: boolean): number {
  const turn = inspects ? scene.inspectionAnswers : scene.otherAnswers
  if (inspects) scene.inspectionAnswers += 1
  else scene.otherAnswers += 1
  return turn
}

export function talkNonsense(scene: Scene, path: string, truth: unknown, nowMs: number): Response {
  const turn = nextTurn(scene, path === '/debug_token')
  const { contentType, body } = ROTATION[turn % ROTATION.length] ?? LIST
  return new Response(body(truth, nowMs), { headers: { 'content-type': contentType } })
}
