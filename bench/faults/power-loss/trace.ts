import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

/** What a process did to its files, and what it told others, in the order in which it did it. */
export type Deed =
  | { readonly kind: 'write'; readonly file: string; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly file: string; readonly size: number }
  /** From its return on, what was written to the file before its call is on the disk. */
  | { readonly kind: 'sync'; readonly file: string; readonly began: boolean; readonly thread: string }
  /** Bytes that left over a socket. */
  | { readonly kind: 'told'; readonly text: string }

/** The command line of strace that writes such a trace; the traced process is the child, and not strace. */
export const tracing = (file: string): readonly string[] => [
  ...['strace', '-D', '-f', '-y', '-xx', '--seccomp-bpf', '-s', '300000', '-o', file],
  ...['-e', 'trace=pwrite64,fsync,fdatasync,ftruncate,write,writev,sendmsg,sendto'],
]

const CALL = /^(\d+)\s+(\w+)\(\d+<([^>]*)>(.*)$/
const RESUMED = /^(\d+)\s+<\.\.\. (\w+) resumed>/
const STRING = /"((?:\\x[0-9a-f]{2})*)"/g

/** Reads a trace deed by deed. */
export async function* deedsOf(traceFile: string): AsyncGenerator<Deed> {
  const syncing = new Map<string, string>()
  for await (const line of createInterface({ input: createReadStream(traceFile) })) {
    const resumed = RESUMED.exec(line)
    if (resumed !== null) {
      const [, thread = '', call = ''] = resumed
      const file = syncing.get(thread)
      if (isSync(call) && file !== undefined) yield { kind: 'sync', file, began: false, thread }
      continue
    }
    const [, thread = '', call = '', path = '', rest = ''] = CALL.exec(line) ?? []
    const file = textOf(path)
    if (isSync(call)) {
      syncing.set(thread, file)
      yield { kind: 'sync', file, began: true, thread }
      if (!rest.includes('<unfinished')) yield { kind: 'sync', file, began: false, thread }
    } else if (call !== '') yield* deedOf(call, file, rest)
  }
}

function* deedOf(call: string, file: string, rest: string): Generator<Deed> {
  if (call === 'pwrite64') {
    const bytes = bytesOf(rest)
    // After the bytes come their number and the place: `, 4096, 56) = 4096`.
    const offset = Number(/", \d+, (\d+)/.exec(rest)?.[1])
    yield { kind: 'write', file, offset, bytes }
  } else if (call === 'ftruncate') {
    yield { kind: 'truncate', file, size: Number(/^, (\d+)/.exec(rest)?.[1]) }
  } else if (/^(TCP|TCPv6|socket)/.test(file)) {
    yield { kind: 'told', text: bytesOf(rest).toString('latin1') }
  }
}

const isSync = (call: string) => call === 'fsync' || call === 'fdatasync'
const fromHex = (text: string) => Buffer.from(text.replaceAll('\\x', ''), 'hex')
const textOf = (hex: string) => fromHex(hex).toString()
const bytesOf = (rest: string) =>
  Buffer.concat([...rest.matchAll(STRING)].map(([, hex = '']) => fromHex(hex)))
