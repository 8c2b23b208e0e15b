import type { MessagePage } from '../types/admin.js'
import type { Message, Page } from '../types/wire.js'

type WirePage<Name extends string, Item> = { readonly [Key in Name]: Item[] } & {
  readonly next_cursor: string | null
}

/** A list `{<name>: [...], next_cursor}` as a page. */
export async function pageOf<Name extends string, Item>(
  name: Name,
  answer: Promise<WirePage<Name, Item>>,
): Promise<Page<Item>> {
  const found = await answer
  return { items: found[name], nextCursor: found.next_cursor }
}

export interface WireMessages {
  readonly messages?: Message[]
  readonly has_more?: boolean
  readonly resync_required?: boolean
}

export function messagePage(answer: WireMessages): MessagePage {
  return {
    messages: answer.messages ?? [],
    hasMore: answer.has_more ?? false,
    resyncRequired: answer.resync_required ?? false,
  }
}

/** The part of an answer `{<name>: …}`. */
export async function partOf<Name extends string, Part>(
  name: Name,
  answer: Promise<{ readonly [Key in Name]: Part }>,
): Promise<Part> {
  return (await answer)[name]
}
