import { createHash } from 'node:crypto'

export type Medium = { readonly mimeType: string; readonly bytes: Uint8Array<ArrayBuffer>; readonly sha256: string }

export type MediaStore = {
  readonly add: (mimeType: string, bytes: Uint8Array<ArrayBuffer>) => string
  readonly get: (id: string) => Medium | undefined
  /** false for an unknown one */
  readonly remove: (id: string) => boolean
}

const BYTES_KEPT = 64 * 1024 * 1024
const COUNT_KEPT = 1_000
const FIRST_ID = 4_490_709_327_384_000

/** Keeps the latest uploads, whatever is played, and lets the oldest go. The same ids in every run. */
export function createMediaStore(): MediaStore {
  const media = new Map<string, Medium>()
  let uploads = 0
  let size = 0

  const remove = (id: string) => {
    size -= media.get(id)?.bytes.byteLength ?? 0
    return media.delete(id)
  }

  return {
    get: (id) => media.get(id),
    remove,
    add: (mimeType, bytes) => {
      uploads += 1
      size += bytes.byteLength
      const id = String(FIRST_ID + uploads)
      media.set(id, { mimeType, bytes, sha256: createHash('sha256').update(bytes).digest('base64') })
      for (const oldest of media.keys()) {
        if (size <= BYTES_KEPT && media.size <= COUNT_KEPT) break
        remove(oldest)
      }
      return id
    },
  }
}
