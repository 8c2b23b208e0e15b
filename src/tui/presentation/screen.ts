import type { Keymap } from '../keymap/keymap.js'
import { panels } from '../panels/index.js'
import { bannerOf, layoutFor } from '../state/selectors.js'
import type { State } from '../state/state.js'
import { fitRow, type Row, row, span } from '../text/span.js'
import { frameRows, type Title } from './frame.js'
import { headerRow } from './header.js'
import type { Layout, Pane, Rect } from './layout.js'
import { offerRow } from './offer.js'
import { overlayScene } from './overlays.js'
import type { Scene, Surface } from './scene.js'
import { bannerText, statusRow } from './status.js'

/** The whole screen for a state: a pure function, the only one that the painter asks. */
export function sceneOf(state: State, keymap: Keymap): Scene {
  const layout = layoutFor(state)
  if (layout.kind === 'tooSmall') return tooSmall(state)
  const base = state.identity ? deskScene(state, layout, keymap) : { surfaces: [], cursor: null }
  if (!state.overlay) return base
  const over = overlayScene(state, state.overlay, keymap)
  return { surfaces: [...base.surfaces, ...over.surfaces], cursor: over.cursor }
}

function deskScene(state: State, layout: Layout, keymap: Keymap): Scene {
  const shown = panels.filter((panel) => layout.panes[panel.pane] !== undefined)
  const titles: Partial<Record<Pane, Title>> = {}
  const surfaces: Surface[] = []
  let cursor: Scene['cursor'] = null
  for (const panel of shown) {
    const area = layout.panes[panel.pane]
    if (!area) continue
    const focused = state.focus === panel.pane
    titles[panel.pane] = focused ? marked(panel.title(state, true)) : panel.title(state, false)
    const view = panel.view(state, area, keymap)
    surfaces.push({ area, rows: view.rows })
    if (focused && view.cursor) cursor = { x: area.left + view.cursor.x, y: area.top + view.cursor.y }
  }
  const frame = frameRows(layout, headerRow(state, layout.columns - 2), titles)
  return {
    surfaces: [{ area: whole(state), rows: frame }, ...surfaces, ...lines(state, layout, keymap)],
    cursor,
  }
}

// The focus is told by a mark, because not every theme has colours.
function marked(title: Title): Title {
  return { ...title, left: [span('▸', 'frameFocused'), ...title.left] }
}

function lines(state: State, layout: Layout, keymap: Keymap): Surface[] {
  const width = layout.columns - 2
  const line = (top: number, content: Row): Surface => ({
    area: { left: 1, top, width, height: 1 },
    rows: [content],
  })
  const status = line(layout.statusLine + 1, statusRow(state, keymap, width))
  const banner = bannerOf(state)
  return banner === null ? [status] : [status, line(1, bannerRow(state, banner, keymap, width))]
}

function bannerRow(state: State, banner: 'offline' | 'offer', keymap: Keymap, width: number): Row {
  if (banner === 'offer') return offerRow(state, keymap, width)
  return fitRow([span(bannerText(state.connection, state.now), 'banner')], width, 'banner')
}

function tooSmall(state: State): Scene {
  const text = `The window is too small: ${state.size.columns}×${state.size.rows}. ReplyHQ needs 60×16.`
  return { surfaces: [{ area: whole(state), rows: [row(text, 'warning')] }], cursor: null }
}

function whole(state: State): Rect {
  return { left: 0, top: 0, width: state.size.columns, height: state.size.rows }
}
