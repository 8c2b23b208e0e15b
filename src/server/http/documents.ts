import { createReadStream, existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Express, Response } from 'express'
import { packageRoot } from '../../package-root.js'
import { protocols } from '../protocols/index.js'

// The page works where there is no internet: nothing comes from elsewhere, and nothing is told to anybody.
const pageSettings = {
  sources: [
    { url: '/v1/openapi.json', title: 'REST' },
    { url: '/api/openapi.json', title: 'REST beside a host application' },
  ],
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  agent: { disabled: true },
}

const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>ReplyHQ API</title><link rel="icon" href="data:,"></head>
<body><div id="reference"></div><script src="/docs/reference.js"></script><script src="/docs/start.js"></script></body>
</html>`
const start = `Scalar.createApiReference('#reference', ${JSON.stringify(pageSettings)})`

/** Scalar puts its styles into the page by script, which is the one thing it is allowed besides its own file. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Serves each protocol's documents, made at the first request, and a page to read them. */
export function serveDocuments(app: Express, version: string): void {
  for (const { path, make } of protocols.flatMap(({ documents }) => documents)) {
    let text: string | undefined
    app.get(path, (_request, response) => {
      text ??= JSON.stringify(make(version))
      response.set('Access-Control-Allow-Origin', '*').type('json').send(text)
    })
  }
  app.get('/docs', (_request, response) => {
    response.set('Content-Security-Policy', policy).type('html').send(page)
  })
  app.get('/docs/start.js', (_request, response) => {
    response.type('js').send(start)
  })
  app.get('/docs/reference.js', (_request, response) => sendReference(response))
}

function sendReference(response: Response): void {
  response.type('js').set('Cache-Control', 'public, max-age=86400')
  createReadStream(referenceFile()).pipe(response)
}

/** In the package the copy that the build made; from the sources the library's own file. */
function referenceFile(): string {
  const built = join(packageRoot, 'dist/docs/reference.js')
  return existsSync(built)
    ? built
    : createRequire(import.meta.url).resolve('@scalar/api-reference/browser/standalone.js')
}
