import type { Row } from '../text/span.js'
import type { Rect } from './layout.js'

/** Rows to paint into a rectangle; what they do not fill is blank. */
export interface Surface {
  readonly area: Rect
  readonly rows: readonly Row[]
}

/** The whole screen: surfaces from back to front, and where the cursor blinks, in cells of the screen. */
export interface Scene {
  readonly surfaces: readonly Surface[]
  readonly cursor: { readonly x: number; readonly y: number } | null
}
