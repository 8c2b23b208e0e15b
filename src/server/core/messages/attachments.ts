import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import type { CoreContext } from '../context.js'
import { AppError, invalid, notFound } from '../errors.js'
import { newId } from '../ids.js'
import type { Attachment } from '../model.js'
import { assertMay } from '../permissions.js'
import { isCustomer, type Principal } from '../principal.js'
import { cleanLine } from '../text.js'
import { senderOf } from './senders.js'

/** How long a link to a file works. */
const linkLifeMs = 3_600_000

/** Types that a browser would run: they are stored as plain bytes and only offered as a download. */
const unknownType = 'application/octet-stream'

/** Uploaded files: what they are is found in their content, never believed from their name. */
export class Attachments {
  readonly #context: CoreContext

  constructor(context: CoreContext) {
    this.#context = context
  }

  /** Stores a file that hangs on no message yet; a message then names it by its id. */
  async upload(principal: Principal, file: { name: string; content: Uint8Array }): Promise<Attachment> {
    if (!isCustomer(principal)) assertMay(principal, 'conversation.serve')
    const { limits, files, store, clock } = this.#context
    if (file.content.byteLength > limits.attachmentBytes)
      throw new AppError(
        'payload_too_large',
        `A file holds at most ${limits.attachmentBytes} bytes. Send a smaller one.`,
      )
    if (file.content.byteLength === 0) throw invalid('This file is empty. Choose another one.')
    const sniffed = await files.sniff(file.content)
    const storageKey = randomUUID()
    await files.write(storageKey, file.content)
    const { type, key } = senderOf(principal)
    const row = {
      id: newId('att'),
      appKey: principal.app.key,
      uploaderType: type,
      uploaderKey: key,
      messageKey: null,
      name: safeName(file.name),
      mimeType: sniffed?.mimeType ?? unknownType,
      size: file.content.byteLength,
      width: sniffed?.width ?? null,
      height: sniffed?.height ?? null,
      storageKey,
      createdAt: clock.now(),
    }
    try {
      return await store.transaction((transaction) => transaction.attachments.insert(row))
    } catch (error) {
      await files.remove(storageKey)
      throw error
    }
  }

  /** `<expires>.<signature>`: whoever has the link may read the file until it expires. */
  sign(attachmentId: string, lifeMs = linkLifeMs): string {
    const expires = this.#context.clock.now() + lifeMs
    return `${expires}.${this.#signature(attachmentId, expires)}`
  }

  /** The signed path under which this server gives the file to anybody. */
  link(attachmentId: string, lifeMs = linkLifeMs): string {
    return `/v1/attachments/${attachmentId}?sig=${this.sign(attachmentId, lifeMs)}`
  }

  /** The file behind a signed link. */
  async open(id: string, signature: string): Promise<{ attachment: Attachment; content: Uint8Array }> {
    if (!this.#valid(id, signature)) throw notFound('file, or this link has expired')
    const attachment = await this.#context.store.read.attachments.byId(id)
    const content = attachment && (await this.#context.files.read(attachment.storageKey))
    if (attachment === undefined || content == null) throw notFound('file')
    return { attachment, content }
  }

  #valid(id: string, signature: string): boolean {
    const [expires, given] = signature.split('.')
    if (expires === undefined || given === undefined || !/^\d{1,15}$/.test(expires)) return false
    if (Number(expires) < this.#context.clock.now()) return false
    const expected = Buffer.from(this.#signature(id, Number(expires)))
    const actual = Buffer.from(given)
    return expected.length === actual.length && timingSafeEqual(expected, actual)
  }

  #signature(id: string, expires: number): string {
    return createHmac('sha256', this.#context.linkSecret).update(`${id}.${expires}`).digest('base64url')
  }
}

/** A file name for people: no path, no control or direction characters. */
function safeName(name: string): string {
  const last = cleanLine(name)?.split(/[\\/]/).at(-1) ?? ''
  const shown = last.replace(/[\p{Cc}\p{Cf}\u202a-\u202e\u2066-\u2069]/gu, '').trim()
  return shown.slice(0, 200) || 'file'
}
