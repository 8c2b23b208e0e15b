export type Command =
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'close' | 'quit' | 'help' | 'nothing' }
  | { readonly type: 'rate'; readonly score: number; readonly comment: string | undefined }
  | { readonly type: 'wrong'; readonly hint: string }

export const help =
  '/close ends the conversation, /rate 5 says how it was, /quit leaves; // sends a line that begins with /'

/** What a line of the visitor asks for. */
export function parseLine(line: string): Command {
  if (line.trim() === '') return { type: 'nothing' }
  if (line.startsWith('//')) return { type: 'say', text: line.slice(1) }
  if (!line.startsWith('/')) return { type: 'say', text: line }
  const [name = '', ...words] = line.slice(1).trim().split(/\s+/)
  if (name === 'close' || name === 'quit' || name === 'help') return { type: name }
  if (name === 'rate') return parseRating(words)
  return { type: 'wrong', hint: `There is no /${name}. ${help}` }
}

function parseRating([digit = '', ...words]: readonly string[]): Command {
  if (!/^[1-5]$/.test(digit))
    return { type: 'wrong', hint: 'A rating is a number from 1 to 5, such as /rate 5' }
  const comment = words.length === 0 ? undefined : words.join(' ')
  return { type: 'rate', score: Number(digit), comment }
}
