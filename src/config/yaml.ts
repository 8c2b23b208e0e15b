import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** A document of YAML. Its parser has 72 modules, and most installations have no file for it to read. */
export function parseYaml(content: string) {
  const { parseDocument } = require('yaml') as typeof import('yaml')
  return parseDocument(content)
}
