import { composerPanel } from './composer.js'
import { minePanel, queuePanel, teamPanel } from './lists.js'
import type { Panel } from './panel.js'
import { transcriptPanel } from './transcript.js'
import { visitorPanel } from './visitor.js'

/** Every pane of the screen. */
export const panels: readonly Panel[] = [
  queuePanel,
  minePanel,
  teamPanel,
  transcriptPanel,
  composerPanel,
  visitorPanel,
]
