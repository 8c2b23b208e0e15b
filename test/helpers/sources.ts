import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One import or re-export of a module. */
export interface ImportOf {
  /** As written: a package or a relative path. */
  readonly specifier: string
  /** For a relative path, the file it names from the repository's root; otherwise the package's name. */
  readonly target: string
  /** Erased by the compiler: `import type` and `export type`. */
  readonly typeOnly: boolean
}

/** A source file of the project. */
export interface SourceFile {
  /** From the repository's root, with slashes. */
  readonly path: string
  readonly text: string
  readonly lines: readonly string[]
  readonly imports: readonly ImportOf[]
}

export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url))

/** Every TypeScript file under the given folders of the repository. */
export function readSources(...folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readSource(join(folder, name))),
  )
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(repositoryRoot, path), 'utf8')
  return { path, text, lines: text.trimEnd().split('\n'), imports: readImports(path, text) }
}

const STATIC_IMPORT = /^(import|export)( type)?\s+(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm
const DYNAMIC_IMPORT = /\b(?:import|require|resolve)\(\s*'([^']+)'\s*\)/g

function readImports(path: string, text: string): ImportOf[] {
  const fixed = [...text.matchAll(STATIC_IMPORT)].map((match) =>
    importOf(path, match[3] ?? '', match[2] !== undefined),
  )
  const dynamic = [...text.matchAll(DYNAMIC_IMPORT)].map((match) => importOf(path, match[1] ?? '', false))
  return [...fixed, ...dynamic]
}

function importOf(from: string, specifier: string, typeOnly: boolean): ImportOf {
  const target = specifier.startsWith('.')
    ? relative(repositoryRoot, resolve(repositoryRoot, dirname(from), specifier)).replace(/\.js$/, '.ts')
    : packageName(specifier)
  return { specifier, target, typeOnly }
}

function packageName(specifier: string): string {
  const parts = specifier.split('/')
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier)
}

/** Length in lines of every function with a body of its own lines. Relies on the formatter's indentation. */
export function functionLengths(file: SourceFile): number[] {
  const lengths: number[] = []
  file.lines.forEach((line, index) => {
    if (!opensFunction(line)) return
    const start = line.trimStart().startsWith(')') ? signatureStart(file.lines, index) : index
    const end = file.lines.findIndex((other, at) => at > index && closes(other, indentation(line)))
    if (end > start) lengths.push(end - start + 1)
  })
  return lengths
}

const FUNCTION_OPENING =
  /(\bfunction\b.*\{|=> \{|^\s*\)(: .+)? \{|^\s*(?:(?:static|async|private|protected|public|override|get|set) )*[#*\w[\].]+(<.*>)?\(.*\)(: .+)? \{)$/
const STATEMENT = /^\s*(\} )?(if|for|while|switch|catch|else|do|try|with)\b/

function opensFunction(line: string): boolean {
  return FUNCTION_OPENING.test(line) && !STATEMENT.test(line)
}

function signatureStart(lines: readonly string[], closing: number): number {
  const depth = indentation(lines[closing] ?? '')
  const before = lines.slice(0, closing).findLastIndex((line) => line !== '' && indentation(line) <= depth)
  return before < 0 ? closing : before
}

function closes(line: string, depth: number): boolean {
  return indentation(line) === depth && line.trimStart().startsWith('}')
}

function indentation(line: string): number {
  return line.length - line.trimStart().length
}

/** How many lines of the file are comments alone. */
export function commentLines(file: SourceFile): number {
  return file.lines.filter((line) => /^\s*(\/\/|\/\*|\*)/.test(line)).length
}

/** The value below which `share` (0 to 1) of the numbers lie. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
