import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { Metrics } from '../../src/server/observability/metrics.js'
import { repositoryRoot } from '../helpers/sources.js'

const textOf = (name: string) => readFileSync(`${repositoryRoot}/docs/${name}`, 'utf8')

const dashboard = z.object({
  title: z.string(),
  schemaVersion: z.number(),
  panels: z
    .array(
      z.object({
        id: z.number(),
        title: z.string(),
        gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
        targets: z.array(z.object({ refId: z.string(), expr: z.string() })).min(1),
      }),
    )
    .min(1),
})

const expressions = () =>
  dashboard
    .parse(JSON.parse(textOf('grafana.json')))
    .panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))

const alerts = () =>
  [...textOf('operations.md').matchAll(/^\| [^|]+ \| `([^`]+)`/gm)].map(([, expression = '']) => expression)

const named = (expression: string) => expression.match(/\b(?:replyhq|nodejs|process)_\w+/g) ?? []

async function series(): Promise<{ all: Set<string>; own: string[] }> {
  const types = [...(await new Metrics().text()).matchAll(/^# TYPE (\w+) (\w+)/gm)]
  const names = types.flatMap(([, name = '', type]) =>
    type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name],
  )
  const own = types.map(([, name = '']) => name).filter((name) => name.startsWith('replyhq_'))
  return { all: new Set(names), own }
}

test('every series of the dashboard and of the alerts is one that the server tells', async () => {
  const { all } = await series()
  const unknown = [...expressions(), ...alerts()].flatMap(named).filter((name) => !all.has(name))
  expect(alerts().flatMap(named).length).toBeGreaterThan(10)
  expect(unknown).toEqual([])
})

test('the dashboard shows every series of our own', async () => {
  const shown = expressions().flatMap(named)
  const { own } = await series()
  expect(own.filter((name) => !shown.some((one) => one.startsWith(name)))).toEqual([])
})
