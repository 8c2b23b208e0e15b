// The program as it is delivered: its 550 modules in a few files. Loading them one by one took 0.35 s of CPU and 17 MB
// at every start. Code that only some commands need stays in files of its own, and packages stay outside but for two.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const outdir = join(root, 'dist/program')
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

// Half of each is never used: without that, and in one file, both take 0.15 s and 3 MB less of a start.
const included = ['drizzle-orm', 'zod']

/** Names of zod one by one, so that what nobody names is left out: its messages in 50 languages, above all. */
const zodByName = {
  name: 'zod by name',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(
        /^import \{ (?:(type core), )?z \} from 'zod'$/m,
        (_, core) => `import * as z from 'zod'${core === undefined ? '' : `; import { ${core} } from 'zod'`}`,
      ),
      loader: 'ts',
    })),
}

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { replyhq: 'bin/replyhq.ts' },
  outdir,
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: Object.keys(dependencies).filter((name) => !included.includes(name)),
  plugins: [zodByName],
  // Readable as it is; with NODE_OPTIONS=--enable-source-maps a trace names the lines of the sources.
  sourcemap: 'linked',
  sourcesContent: false,
  metafile: true,
  logLevel: 'warning',
})

// What an earlier build left goes last, so that whoever starts the program meanwhile finds all of it.
const made = new Set(Object.keys(metafile.outputs))
for (const entry of readdirSync(outdir, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name)
  if (entry.isFile() && !made.has(relative(root, path).replaceAll('\\', '/'))) rmSync(path)
}

/** The license of an included package; Apache's does not travel with every package under it. */
function licenseOf(name) {
  const folder = join(root, 'node_modules', name)
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const own = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  const file = own === undefined ? join(root, 'scripts/licenses', `${license}.txt`) : join(folder, own)
  return `${name} ${version}\n\n${readFileSync(file, 'utf8')}`
}

writeFileSync(join(outdir, 'LICENSES.txt'), included.map(licenseOf).join('\n\n'))
