import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { root } from './server.js'

/** What the slowest answer of /health took, in milliseconds: over one connection that was kept, and over new ones. */
interface Slowest {
  readonly kept: number
  readonly fresh: number
}

/** Asks /health again and again from a process of its own. */
export class HealthProbe implements Disposable {
  private constructor(private readonly child: ChildProcess) {}

  /** Resolves when it asks already. */
  static async start(url: string): Promise<HealthProbe> {
    const child = fork(join(root, 'bench/faults/health-probe.mjs'), [`${url}/health`])
    await once(child, 'message')
    return new HealthProbe(child)
  }

  async stop(): Promise<Slowest> {
    this.child.send('stop')
    const [slowest] = (await once(this.child, 'message')) as [Slowest]
    return slowest
  }

  [Symbol.dispose](): void {
    this.child.kill('SIGKILL')
  }
}
