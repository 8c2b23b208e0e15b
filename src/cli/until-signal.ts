import { ExitCode } from './errors.js'
import { exitCodes } from './exit-codes.js'

const codes = { SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated } as const

/** Waits for SIGINT or SIGTERM, which end the command with their code, or for `broken`, which fails it. */
export async function untilSignal(broken: Promise<never>): Promise<never> {
  let stop: (code: number) => void = () => {}
  const signalled = new Promise<never>((_, reject) => {
    stop = (code) => reject(new ExitCode(code))
  })
  const listeners = Object.entries(codes).map(([signal, code]) => [signal, () => stop(code)] as const)
  for (const [signal, listener] of listeners) process.on(signal, listener)
  try {
    return await Promise.race([signalled, broken])
  } finally {
    for (const [signal, listener] of listeners) process.off(signal, listener)
  }
}
