#!/usr/bin/env node
// CommonJS on purpose: an unsuitable Node must be told so before any ES module or native addon is loaded,
// because better-sqlite3 13 ends the process without a word on Node 22 below 22.14.
const [major, minor] = process.versions.node.split('.').map(Number)
const supported = (major === 20 && minor >= 19) || (major === 22 && minor >= 14) || major > 22
if (!supported) {
  process.stderr.write(
    `replyhq: Node ${process.versions.node} is too old or not supported. Install Node 20.19 or later in the 20 line, or 22.14 and later.\n`,
  )
  process.exit(1)
}
import('../dist/program/replyhq.js').catch((error) => {
  const notBuilt = error.code === 'ERR_MODULE_NOT_FOUND' && String(error.message).includes('dist')
  process.stderr.write(
    notBuilt ? 'replyhq: not built yet. Run "npm run build" first.\n' : `replyhq: ${error.stack}\n`,
  )
  process.exit(70)
})
