import { authenticate, type Call, required } from './call.ts'
import { errors, Refusal } from './errors.ts'
import type { Medium } from './media-store.ts'
import { reach } from './reading.ts'
import { MESSAGING } from './sending.ts'

/** What Graph takes. */
const MIME_TYPES: readonly string[] = [
  'audio/aac',
  'audio/mp4',
  'audio/mpeg',
  'audio/amr',
  'audio/ogg',
  'audio/opus',
  'application/vnd.ms-powerpoint',
  'application/msword',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/pdf',
  'text/plain',
  'application/vnd.ms-excel',
  'image/jpeg',
  'image/png',
  'image/webp',
  'video/mp4',
  'video/3gpp',
]

const MEDIA_PATH = '/whatsapp_business/attachments'

/** The file's own type counts; some clients say "image" in the form's `type`. */
function mimeTypeOf(call: Call, file: Blob): string {
  const type = file.type === '' ? call.parameters['type'] : file.type
  return String(type ?? 'application/octet-stream')
    .replace(/;.*$/, '')
    .trim()
}

/** POST /{phone}/media, a form with a file in it. */
export async function upload(call: Call, id: string): Promise<{ readonly id: string }> {
  const node = reach(call, authenticate(call), id, MESSAGING)
  if (node.type !== 'WhatsAppBusinessPhoneNumber') throw new Refusal(errors.unknownObject(call.method, id))
  required(call, 'messaging_product')
  const { file } = call.parameters
  if (!(file instanceof Blob)) throw new Refusal(errors.parameterMissing('file'))
  const mimeType = mimeTypeOf(call, file)
  if (!MIME_TYPES.includes(mimeType)) throw new Refusal(errors.fileType(MIME_TYPES, mimeType))
  return { id: call.media.add(mimeType, new Uint8Array(await file.arrayBuffer())) }
}

function find(call: Call, id: string): Medium {
  authenticate(call)
  const medium = call.media.get(id)
  if (medium === undefined) throw new Refusal(errors.unknownObject(call.method, id))
  return medium
}

/** GET /{media}: where it can be downloaded, with the same token. */
export function describe(call: Call, id: string) {
  const { mimeType, sha256, bytes } = find(call, id)
  const url = `${call.url.origin}${MEDIA_PATH}/?mid=${id}`
  return { messaging_product: 'whatsapp', url, mime_type: mimeType, sha256, file_size: String(bytes.byteLength), id }
}

export function download(call: Call): Response {
  const { mimeType, bytes } = find(call, required(call, 'mid'))
  return new Response(bytes, { headers: { 'content-type': mimeType } })
}

/** DELETE /{media}. */
export function remove(call: Call, id: string): { readonly success: true } {
  find(call, id)
  call.media.remove(id)
  return { success: true }
}
