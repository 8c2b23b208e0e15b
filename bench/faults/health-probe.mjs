// Asks /health again and again, over one connection that is kept and over new ones; told to stop, it says the slowest
// of each in milliseconds. A process of its own, because a load of thousands holds its own process up.
import { Agent, get } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

const [url = ''] = process.argv.slice(2)
let watching = true

async function slowest(agent) {
  let longest = 0
  while (watching) {
    const began = performance.now()
    await answered(agent)
    longest = Math.max(longest, performance.now() - began)
    await delay(25)
  }
  return longest
}

const answered = (agent) =>
  new Promise((resolve, reject) => {
    const request = get(url, { agent }, (response) => response.resume().once('end', resolve))
    request.once('error', reject)
  })

const kept = slowest(new Agent({ keepAlive: true, maxSockets: 1 }))
const fresh = slowest(new Agent({ keepAlive: false }))
process.send('watching')
process.once('message', async () => {
  watching = false
  process.send({ kept: await kept, fresh: await fresh })
  process.disconnect()
})
