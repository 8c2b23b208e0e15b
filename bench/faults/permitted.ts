import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const works = (program: string, ...given: string[]): boolean =>
  spawnSync(program, given, { stdio: 'ignore' }).status === 0

/** Containers often let no program trace another. */
export const tracingForbidden = (): string | null =>
  works('strace', '-f', '-o', '/dev/null', 'true') ? null : 'no program may trace another here'

/** Containers often let nobody mount, not even root. */
export function mountingForbidden(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'replyhq-mount-'))
  const mounted = works('mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder)
  if (mounted) works('umount', folder)
  rmdirSync(folder)
  return mounted ? null : 'nobody may mount a disk here'
}
