import { visitorRows } from '../presentation/visitor.js'
import { span } from '../text/span.js'
import { type Panel, titleStyle } from './panel.js'

export const visitorPanel: Panel = {
  pane: 'visitor',
  title: (_state, focused) => ({ left: [span('Visitor', titleStyle(focused)), span(' F2', 'dim')] }),
  view: (state, area) => ({ rows: visitorRows(state, area) }),
}
