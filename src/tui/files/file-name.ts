import { withoutControls } from '../text/clean.js'

// File systems take 255 bytes; some are left for the number of a second copy.
const MOST_BYTES = 200
const RESERVED = /[<>:"/\\|?*]/g

/** A name that a visitor gave as one that stays in its folder, is not hidden and shows what it is. */
export function safeFileName(given: string): string {
  const last = given.split(/[\\/]/).at(-1) ?? ''
  const shown = withoutControls(last).replace(/\s+/g, ' ').replace(RESERVED, '_')
  const name = shown.replace(/^[. -]+|[. ]+$/g, '')
  return shortened(name) || 'file'
}

/** Cut in the middle, so that the ending stays. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MOST_BYTES) return name
  const ending = /\.[\w-]{1,10}$/.exec(name)?.[0] ?? ''
  let kept = ''
  for (const character of name) {
    if (Buffer.byteLength(kept + character + ending) > MOST_BYTES) break
    kept += character
  }
  return kept + ending
}
