import { parseDocument } from 'yaml'
import { CommandError } from '../errors.js'

/** Reads YAML or JSON. Throws CommandError `usage` with its first fault. */
export function parseYaml(text: string): unknown {
  const document = parseDocument(text)
  const [problem] = document.errors
  if (problem === undefined) return document.toJS()
  throw new CommandError('usage', `This is not valid YAML: ${problem.message.split('\n')[0]}`)
}
