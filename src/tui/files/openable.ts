const EXTENSIONS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'image/jpeg': 'jpg',
  'audio/mpeg': 'mp3',
  'video/quicktime': 'mov',
}
const SHOWN = /^(?:image|audio|video)\/(?:x-)?([a-z0-9]{2,8})$/

/**
 * The ending under which a file may be handed to a viewer, by what was found in its content; null for what a
 * viewer might run. A visitor chose the name, so its ending says nothing.
 */
export function openable(mimeType: string, content: Uint8Array): string | null {
  const known = EXTENSIONS[mimeType] ?? SHOWN.exec(mimeType)?.[1]
  if (known !== undefined) return known
  const unknown = mimeType === 'application/octet-stream' || mimeType === 'text/plain'
  return unknown && isText(content) ? 'txt' : null
}

function isText(content: Uint8Array): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content)
    // Escape sequences would reach the terminal of a viewer that writes the text as it is.
    return !/(?![\t\n\r])\p{Cc}/u.test(text)
  } catch {
    return false
  }
}
