import { crc32, deflateSync } from 'node:zlib'
import type { Browser } from 'playwright-core'

/** A screenshot with a palette: a page has few colours, and the picture a third of the bytes. */

type Indexed = { readonly width: number; readonly height: number; readonly palette: number[]; readonly pixels: string }

/** Runs in the browser, which can read a PNG. A colour becomes the commonest of those like it, or the nearest that is kept. */
const INDEXING = `async (base64) => {
  const image = await createImageBitmap(await (await fetch('data:image/png;base64,' + base64)).blob())
  const { width, height } = image
  const context = new OffscreenCanvas(width, height).getContext('2d')
  context.drawImage(image, 0, 0)
  const colours = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer)
  const counts = new Map()
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1)
  const byCount = [...counts].sort(([, a], [, b]) => b - a).map(([colour]) => colour)
  const alike = new Map(byCount.toReversed().map((colour) => [colour & 0xf0f0f0, colour]))
  const commonest = byCount.filter((colour) => alike.get(colour & 0xf0f0f0) === colour)
  const kept = [...new Set([...byCount.slice(0, 64), ...commonest])].slice(0, 256)
  const parts = (colour) => [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255]
  const distance = (a, b) => parts(a).reduce((sum, part, at) => sum + (part - parts(b)[at]) ** 2, 0)
  const indices = new Map(kept.map((colour, index) => [colour, index]))
  for (const colour of counts.keys())
    if (!indices.has(colour))
      indices.set(colour, kept.reduce((best, each, at) => distance(each, colour) < distance(kept[best], colour) ? at : best, 0))
  return { width, height, palette: kept.flatMap(parts), pixels: Uint8Array.from(colours, (each) => indices.get(each)).toBase64() }
}`

export async function smallPng(browser: Browser, png: Buffer): Promise<Buffer> {
  const page = await browser.newPage()
  const indexed = await page.evaluate<Indexed>(`(${INDEXING})(${JSON.stringify(png.toString('base64'))})`)
  await page.close()
  return encode(indexed)
}

function encode({ width, height, palette, pixels }: Indexed): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3], 8) // eight bits a pixel, by palette
  const rows = Buffer.from(pixels, 'base64')
  const unfiltered = Array.from({ length: height }, (_, y) => [
    Buffer.alloc(1),
    rows.subarray(y * width, (y + 1) * width),
  ])
  const data = deflateSync(Buffer.concat(unfiltered.flat()), { level: 9 })
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette)),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
