import type { Output } from '../output.js'

/** One promise that was tried. */
export interface Check {
  readonly name: string
  readonly passed: boolean
  readonly detail: string
}

/** Milliseconds from sending to the acknowledgement, while nothing was cut. */
export interface AckTimes {
  readonly count: number
  readonly p50_ms: number
  readonly p99_ms: number
}

export interface Verdict {
  readonly passed: boolean
  readonly app_id: string
  /** Whether nothing of the drill is left behind. */
  readonly removed: boolean
  /** Null when it failed before anything was acknowledged. */
  readonly acks: AckTimes | null
  readonly checks: readonly Check[]
}

/** Null when nothing was acknowledged. */
export function ackTimes(milliseconds: readonly number[]): AckTimes | null {
  if (milliseconds.length === 0) return null
  const sorted = milliseconds.toSorted((first, second) => first - second)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return { count: sorted.length, p50_ms: rounded(at(0.5)), p99_ms: rounded(at(0.99)) }
}

const rounded = (milliseconds: number) => Math.round(milliseconds * 10) / 10

/** Prints the verdict: a line for each promise, and the times. */
export function showVerdict(out: Output, verdict: Verdict): void {
  out.result(verdict, () => {
    const { green, red } = out.colors
    const table = out.table(verdict.checks, [
      { title: 'promise', text: ({ name }) => name },
      { title: 'kept', text: ({ passed }) => (passed ? 'yes' : 'NO') },
      { title: 'seen', text: ({ detail }) => detail },
    ])
    const { acks } = verdict
    const times =
      acks && `Acknowledged after ${acks.p50_ms} ms (p50), ${acks.p99_ms} ms (p99), of ${acks.count}.`
    const end = verdict.passed ? green('The drill passed.') : red('The drill FAILED.')
    return [table, '', ...(times === null ? [] : [times]), end].join('\n')
  })
}
