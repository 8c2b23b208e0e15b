import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { Cli } from '../../src/cli/cli.js'
import { createProgram } from '../../src/cli/program.js'
import { type SettingInfo, settingInfos } from '../../src/config.js'
import { repositoryRoot } from '../helpers/sources.js'

const page = (name: string) => `${repositoryRoot}/docs/${name}`
const cell = (text: string) => text.replaceAll('|', '\\|')

const head = `<!-- Made by \`npx vitest run test/docs --update\` from the program itself. -->`

function settingRow(info: SettingInfo): string {
  const key = info.secret ? `${info.key}_file` : info.key
  const plain = info.prefixedOnly ? '' : `, \`${info.name}\``
  const shown = info.defaultValue === undefined ? '' : info.format(info.defaultValue)
  return `| \`${key}\` | \`REPLYHQ_${info.name}\`${plain} | ${cell(shown)} | ${cell(info.description)} |`
}

test('the page of settings lists every setting, as it is', async () => {
  const text = `${head}
# Settings

For each setting the first of these counts: its flag (\`replyhq serve --help\`), its variable with the prefix
\`REPLYHQ_\`, its plain variable, the file of \`--config\`, then \`replyhq.yaml\` in the working folder, in the data
folder, in \`$XDG_CONFIG_HOME/replyhq\` and in \`/etc/replyhq\`, and the default. An unknown key is an error.
\`replyhq config show --origin\` says what holds and why.

A dot is a group in YAML: \`limits.message_length: 4000\` is written \`limits: {message_length: 4000}\`. Times are
written \`500ms\`, \`25s\`, \`15m\`, \`2h\`, \`30d\`, sizes \`16KiB\`, \`10MiB\`. Secrets, and addresses that hold a
password, may stand in a file of their own, named by the variable with \`_FILE\` at its end or by the key with \`_file\`.

| in a file | in the environment | default | what it is |
|---|---|---|---|
${settingInfos.map(settingRow).join('\n')}
`
  await expect(text).toMatchFileSnapshot(page('settings.md'))
})

function everyCommand(command: Command, path: readonly string[] = []): string[] {
  const below = command.commands.flatMap((child) => everyCommand(child, [...path, child.name()]))
  if (command.commands.length > 0) return below
  const takes = command.registeredArguments.map((argument) =>
    argument.variadic ? `<${argument.name()}…>` : `<${argument.name()}>`,
  )
  return [`| \`replyhq ${[...path, ...takes].join(' ')}\` | ${cell(command.description())} |`, ...below]
}

test('the page of commands lists every command, as it is', async () => {
  const program = await createProgram(new Cli(process, false))
  const text = `${head}
# Commands

\`--help\` behind any of them begins with examples. \`list\` and \`up\` may be left out: \`replyhq keys\` lists the keys.

| command | what it does |
|---|---|
${everyCommand(program).join('\n')}

| | |
|---|---|
| streams | data on stdout; questions, progress, hints and logs on stderr |
| \`--json\` | the data as JSON on stdout, or \`{"error": {"code", "message", "hint"}}\`; asks nothing |
| \`-q\` | only ids in lists, and no hints |
| \`--no-input\`, \`CI\` | asks nothing; a missing answer ends with 2 and names the flag |
| exit codes | 0 done, 1 failed, 2 usage or an answer missing, 3 not found, 4 not allowed, 5 conflict, 6 not reachable, 70 internal, 130 interrupted, 143 terminated |
| completion | \`source <(replyhq completion bash)\`, \`source <(replyhq completion zsh)\`, \`replyhq completion fish \\| source\` |
`
  await expect(text).toMatchFileSnapshot(page('commands.md'))
})
