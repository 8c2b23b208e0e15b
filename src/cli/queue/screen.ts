import type { AdminLive, QueueFeed } from '../../client/index.js'
import type { Cli } from '../cli.js'
import { shortDuration } from '../format.js'
import type { Column } from '../output.js'

// The other screen without wrapping and cursor, so that what stood there is there again afterwards.
const enter = '\x1b[?1049h\x1b[?7l\x1b[?25l'
const leave = '\x1b[?25h\x1b[?7h\x1b[?1049l'
const home = '\x1b[H'
const clearLine = '\x1b[K'
const clearBelow = '\x1b[J'

const everyMs = 1_000
/** What is not the table: the first line, an empty one, the titles and the last line. */
const otherLines = 4

interface Row {
  position: number
  conversation: string
  visitor: string | null
  priority: string
  waitedSeconds: number
  reason: string | null
}

const columns: readonly Column<Row>[] = [
  { title: '#', text: (row) => row.position },
  { title: 'visitor', text: (row) => row.visitor },
  { title: 'priority', text: (row) => row.priority },
  { title: 'waits', text: (row) => shortDuration(row.waitedSeconds) },
  { title: 'reason', text: (row) => row.reason },
  { title: 'conversation', text: (row) => row.conversation },
]

/** The queue on the whole terminal, drawn anew with every change and every second. */
export function queueScreen(cli: Cli, live: AdminLive, limit: number): Disposable {
  const { stdout } = cli.streams
  const feed = live.queue()
  const draw = () => {
    const shown = Math.max(1, Math.min(limit, (stdout.rows ?? 24) - otherLines))
    const text = [...head(live, feed), ...body(cli, feed, shown)].join(`${clearLine}\n`)
    stdout.write(`${home}${text}${clearLine}${clearBelow}`)
  }
  stdout.write(enter)
  draw()
  const stops = [feed.subscribe(draw), live.onState(draw)]
  const timer = setInterval(draw, everyMs)
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer)
      for (const stop of stops) stop()
      stdout.write(leave)
    },
  }
}

function head({ state }: AdminLive, { size }: QueueFeed): string[] {
  const waiting = size === 1 ? '1 waits' : `${size} wait`
  const link = state.phase === 'connected' ? '' : ' · not connected, trying again'
  return [`${new Date().toISOString().slice(11, 19)} UTC · ${waiting}${link} · Ctrl-C ends`, '']
}

function body({ out }: Cli, { items, size }: QueueFeed, shown: number): string[] {
  if (items.length === 0) return ['Nobody waits.']
  const now = Date.now()
  const rows = items.slice(0, shown).map(
    (item, index): Row => ({
      position: index + 1,
      conversation: item.conversation_id,
      visitor: item.visitor_name ?? item.details?.visitor_id ?? null,
      priority: item.priority,
      waitedSeconds: Math.max(0, (now - Date.parse(item.requested_at)) / 1_000),
      reason: item.reason,
    }),
  )
  const more = size > rows.length ? [`… and ${size - rows.length} more`] : []
  return [...out.table(rows, columns).split('\n'), ...more]
}
