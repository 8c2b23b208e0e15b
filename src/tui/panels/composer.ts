import { composerTitle, composerView } from '../presentation/composer.js'
import { type Panel, titleStyle } from './panel.js'

export const composerPanel: Panel = {
  pane: 'composer',
  title: (state, focused) => composerTitle(state, titleStyle(focused)),
  view: composerView,
}
