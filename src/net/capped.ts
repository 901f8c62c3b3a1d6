/** The body as text, or `null` when it is larger than the cap: the rest is not read. Decompressed bytes count. */
export async function readCapped(message: Pick<Response, 'body'>, bytesMax: number): Promise<string | null> {
  if (message.body === null) return ''
  const reader = message.body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.byteLength
    if (bytes > bytesMax) {
      void reader.cancel().catch(() => {})
      return null
    }
    text += decoder.decode(value, { stream: true })
  }
}
