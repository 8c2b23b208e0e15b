// The page of the API is read from a library that the published package does not depend on, because it weighs 106 MB
// with what it brings along, and its one file 3.6 MB.
import { cpSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const source = fileURLToPath(import.meta.resolve('@scalar/api-reference/browser/standalone.js'))
cpSync(source, fileURLToPath(new URL('../dist/docs/reference.js', import.meta.url)))
