import { cpus, totalmem } from 'node:os'
import Table from 'cli-table3'
import { type Goal, goals, type Unit } from './goals.js'
import type { Measurement } from './scenario.js'

/** One goal with what was measured. */
export interface Line extends Goal {
  readonly value: number
  readonly detail: string
  readonly met: boolean
}

/** The goals that were measured, in the order of the table. */
export function linesOf(measurements: readonly Measurement[]): Line[] {
  return goals.flatMap((goal) => {
    const found = measurements.find((measurement) => measurement.goal === goal.id)
    if (found === undefined) return []
    return [{ ...goal, value: found.value, detail: found.detail, met: found.value <= goal.atMost }]
  })
}

/** What the figures were measured on. */
export function machine(): string {
  const processors = cpus()
  const memory = Math.round(totalmem() / 1024 ** 3)
  return `Node ${process.versions.node}, ${processors.length} × ${processors[0]?.model ?? 'unknown'}, ${memory} GiB`
}

/** The table for people. */
export function renderTable(lines: readonly Line[]): string {
  const table = new Table({ head: ['', 'goal', 'measured', '', 'figures'], style: { head: [], border: [] } })
  for (const line of lines) {
    const goal = `≤ ${format(line.atMost, line.unit)}`
    table.push([line.text, goal, format(line.value, line.unit), line.met ? 'met' : 'missed', line.detail])
  }
  return `${machine()}\n${table.toString()}`
}

function format(value: number, unit: Unit): string {
  if (unit === 'seconds') return `${value.toFixed(2)} s`
  if (unit === 'megabytes') return `${Math.round(value)} MB`
  return value.toFixed(2)
}
