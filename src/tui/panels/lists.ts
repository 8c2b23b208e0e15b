import { mineRows, queueRows, teamRows } from '../presentation/lists.js'
import { countedTitle, type Panel } from './panel.js'

export const queuePanel: Panel = {
  pane: 'queue',
  title: (state, focused) => countedTitle('Queue', state.queueSize, focused),
  view: (state, area) => ({ rows: queueRows(state, area) }),
}

export const minePanel: Panel = {
  pane: 'mine',
  title: (state, focused) => countedTitle('Mine', state.mine.length, focused),
  view: (state, area) => ({ rows: mineRows(state, area) }),
}

export const teamPanel: Panel = {
  pane: 'team',
  title: (state, focused) => countedTitle('Team', state.team.length, focused),
  view: (state, area) => ({ rows: teamRows(state, area) }),
}
