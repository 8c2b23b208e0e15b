import { transcriptRows, transcriptTitle } from '../presentation/transcript.js'
import { type Panel, titleStyle } from './panel.js'

export const transcriptPanel: Panel = {
  pane: 'transcript',
  title: (state, focused) => transcriptTitle(state, titleStyle(focused)),
  view: (state, area, keymap) => ({ rows: transcriptRows(state, area, keymap) }),
}
