import { expect, test } from 'vitest'
import type { Verdict } from '../../src/cli/drill/verdict.js'
import { writeLocalConnection } from '../../src/config.js'
import { freePort } from '../setup/child-process.js'
import { serve } from './bot-installation.js'
import { installation } from './installation.js'
import { serveProcess, visitorAt } from './outside.js'
import { startProgram } from './program.js'
import { run } from './run.js'

const idsOf = async (data: string) =>
  (await run(['admin', 'apps', '-q', '--data', data])).stdout.trim().split('\n')

/** A running server, and what the drill may not leave behind in it. */
async function running() {
  const { data, here } = await installation()
  const server = await serve(data)
  writeLocalConnection(data, { url: server.url, appId: null, publishableKey: null, ownerEmail: null })
  const nothingIsLeft = async () => {
    expect(await idsOf(data)).toEqual(['app_shop'])
    expect((await here('drill', '--clean', '--json')).json()).toEqual({ removed: [] })
    const agents = (await here('admin', 'agents', '--json')).json() as { agents: { email: string }[] }
    expect(agents.agents.map(({ email }) => email)).toEqual(['ana@shop.example'])
  }
  return Object.assign(server, { data, here, nothingIsLeft })
}

test('a drill on a server that keeps its promises passes, and leaves nothing behind', async () => {
  await using server = await running()
  const ended = await server.here('drill', '--yes', '--json')
  expect(ended, ended.stdout).toMatchObject({ code: 0, stderr: '' })
  const verdict = ended.json() as Verdict
  expect(verdict).toMatchObject({ passed: true, removed: true, app_id: expect.stringMatching(/^app_drill_/) })
  expect(verdict.checks.map(({ passed }) => passed)).toEqual(Array(7).fill(true))
  expect(verdict.acks?.count).toBeGreaterThan(40)
  await server.nothingIsLeft()

  const table = await server.here('drill', '--yes')
  expect(table, table.stdout).toMatchObject({ code: 0 })
  expect(table.stdout).toMatch(/a claim has one winner +yes +10 races of 2 agents, one winner each/)
  expect(table.stdout).toMatch(/Acknowledged after [\d.]+ ms \(p50\), [\d.]+ ms \(p99\), of 52\./)
  await server.nothingIsLeft()
})

test('after a drill the server serves its own app as before', async () => {
  await using server = await running()
  const before = await visitorAt(server.url, 'Before')
  await before.say('one')
  expect((await server.here('drill', '--yes', '--quiet')).code).toBe(0)
  const after = await visitorAt(server.url, 'After')
  expect((await after.say('first')).sequence).toBe(1)
  expect((await before.say('two')).sequence).toBe(2)
  const [first, again] = await Promise.all([after.say('second'), after.say('third')])
  expect([first.sequence, again.sequence].sort()).toEqual([2, 3])
})

test('it asks before it begins, and says so where nobody can be asked', async () => {
  await using server = await running()
  const ended = await server.here('drill')
  expect(ended.code).toBe(2)
  expect(ended.stderr).toContain('--yes')
  await server.nothingIsLeft()
})

test('without a running server nothing is made', async () => {
  const { here, data } = await installation()
  expect(await here('drill', '--yes')).toMatchObject({ code: 6 })
  expect(await idsOf(data)).toEqual(['app_shop'])
})

test('Ctrl-C in the middle removes what was made', async () => {
  await using server = await running()
  const drill = startProgram(['drill', '--yes', '--data', server.data])
  await drill.says('Drilling')
  drill.child.kill('SIGINT')
  drill.child.kill('SIGINT')
  expect(await drill.ended).toBe(130)
  expect(drill.output.stderr).toContain('Interrupted; the app of the drill is removed.')
  await server.nothingIsLeft()
})

test('a server that is killed in the middle fails the drill, which removes its app all the same', async () => {
  const { data } = await installation()
  const server = serveProcess(data, await freePort())
  await server.ready()
  const drill = startProgram(['drill', '--yes', '--data', data])
  await drill.says('Drilling')
  server.child.kill('SIGKILL')
  expect(await drill.ended).toBe(6)
  expect(drill.output.stdout).toContain('The drill FAILED.')
  expect(drill.output.stderr).toContain('does not answer any more')
  expect(await idsOf(data)).toEqual(['app_shop'])
})

test('what a killed drill leaves is removed by the next --clean', async () => {
  await using server = await running()
  const drill = startProgram(['drill', '--yes', '--data', server.data])
  await drill.says('Drilling')
  drill.child.kill('SIGKILL')
  await drill.ended
  expect(await idsOf(server.data)).toHaveLength(2)
  expect((await server.here('drill', '--clean')).code).toBe(2)
  const cleaned = await server.here('drill', '--clean', '--yes', '--json')
  expect(cleaned.json()).toEqual({ removed: [expect.stringMatching(/^app_drill_/)] })
  await server.nothingIsLeft()
})
