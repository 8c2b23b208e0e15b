import { EMPTY_DRAFT } from '../composer/draft.js'
import { openable } from '../files/openable.js'
import { filesOf } from '../state/selectors.js'
import { authorOf } from '../transcript/rows.js'
import { clockTime, fileSize } from '../transcript/time.js'
import { type Desk, notify, openOverlay, sessionOf } from './desk.js'

type ChosenFile = ReturnType<typeof filesOf>[number]

/** Saves a file of the open chat in the agent's folder of downloads; of several offers all. */
export async function saveFile(desk: Desk, name?: string): Promise<void> {
  const file = chosen(desk, 'saveFile', 'Save which file?', name)
  if (!file) return
  const content = await fetchFile(desk, file)
  const path = await desk.host.files.save(file.attachment.name, content)
  notify(desk, `Saved: ${path}`, 'good')
}

/** Shows a file with the agent's own program for it; of several offers all. */
export async function openFile(desk: Desk, name?: string): Promise<void> {
  const file = chosen(desk, 'openFile', 'Open which file?', name)
  if (!file) return
  const { files } = desk.host
  if (files.opener === null) {
    return notify(desk, 'No program opens files here: name one as opener in tui.yaml, or /save it', 'warning')
  }
  const content = await fetchFile(desk, file)
  const extension = openable(file.attachment.mimeType, content)
  if (extension === null) {
    const what = 'Only pictures, sound, films, PDF and plain text are opened from here'
    return notify(desk, `${what}: /save keeps it`, 'warning')
  }
  notify(desk, `${file.attachment.name} is being opened`, 'good')
  // The program may stay open for hours: nobody waits for its end.
  void files.open(content, extension).then((opened) => {
    if (!opened) notify(desk, `${files.opener} could not open the file: /save keeps it`, 'warning')
  })
}

async function fetchFile(desk: Desk, { entry, attachment }: ChosenFile): Promise<Uint8Array> {
  notify(desk, `Fetching ${attachment.name} (${fileSize(attachment.size)})…`)
  return sessionOf(desk).download(entry, attachment.id)
}

function chosen(
  desk: Desk,
  action: 'saveFile' | 'openFile',
  title: string,
  wanted?: string,
): ChosenFile | undefined {
  const files = filesOf(desk.state)
  if (wanted === undefined && files.length > 1) {
    const choices = files.map(({ entry, attachment }) => ({
      action,
      argument: attachment.id,
      label: attachment.name,
      hint: `${fileSize(attachment.size)} · ${authorOf(entry)} ${clockTime(entry.at)}`,
    }))
    openOverlay(desk, { kind: 'chooser', title, choices, query: EMPTY_DRAFT, selected: 0 })
    return undefined
  }
  const name = wanted?.toLowerCase() ?? ''
  const found =
    files.find(({ attachment }) => attachment.id === wanted) ??
    files.find(({ attachment }) => attachment.name.toLowerCase().startsWith(name))
  if (!found) notify(desk, `No file here is called “${wanted}”`, 'warning')
  return found
}
