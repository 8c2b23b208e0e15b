import type { Attachment } from '../core/model.js'
import { FileAnswer } from './route.js'

/** Shown where they stand; everything else is offered as a download, because a browser could run it. */
const rasterImages = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
])

/** An uploaded file as it is served: nothing in it can run in a browser. */
export const fileAnswer = ({
  content,
  attachment,
}: {
  content: Uint8Array
  attachment: Attachment
}): FileAnswer => new FileAnswer(content, headersOf(attachment))

function headersOf({ mimeType, name }: Attachment): Record<string, string> {
  const isImage = rasterImages.has(mimeType)
  return {
    'Content-Type': isImage ? mimeType : 'application/octet-stream',
    'Content-Disposition': `${isImage ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeName(name)}`,
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'private, max-age=3600',
    // A widget shows the picture on a page of another origin; the signature is what lets in.
    'Cross-Origin-Resource-Policy': 'cross-origin',
  }
}

/** RFC 8187: what encodeURIComponent leaves and the grammar does not allow is escaped, too. */
const encodeName = (name: string): string =>
  encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
