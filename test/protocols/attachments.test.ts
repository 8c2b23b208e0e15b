import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Attachment, Message } from '../../src/server/protocols/v1/schemas.js'
import { handMovedClock } from '../helpers/clock.js'
import { asBearer, asDevice, people, rival, startTestServer, type TestServer } from '../helpers/server.js'
import { api, refused } from './conforming.js'
import { newConversation, newDevice } from './live.js'

const clock = handMovedClock()
let server: TestServer
beforeAll(async () => {
  server = await startTestServer({
    overrides: { clock },
    environment: { REPLYHQ_LIMITS_ATTACHMENT_BYTES: '100KiB' },
  })
})
afterAll(() => server[Symbol.asyncDispose]())

/** The smallest PNG: one pixel. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
const html = Buffer.from('<!doctype html><html><script>alert(1)</script></html>')

async function upload(as: Record<string, string>, name: string, content: Buffer, field = 'file') {
  const form = new FormData()
  form.append(field, new Blob([new Uint8Array(content)]), name)
  return fetch(`${server.url}/v1/attachments`, { method: 'POST', headers: as, body: form })
}

async function uploaded(as: Record<string, string>, name: string, content: Buffer): Promise<Attachment> {
  const response = await upload(as, name, content)
  const body = (await response.json()) as { attachment: Attachment }
  expect(response.status, JSON.stringify(body)).toBe(201)
  return body.attachment
}

describe('A file', () => {
  test('is uploaded, hung on a message, and fetched by a signed link', async () => {
    const { as, id } = await newConversation(server)
    const attachment = await uploaded(as, 'pixel.png', png)
    expect(attachment).toMatchObject({ name: 'pixel.png', mime_type: 'image/png', width: 1, height: 1 })
    const sent = await api<{ message: Message }>(server, 'POST', `/v1/conversations/${id}/messages`, {
      as,
      body: { local_id: '1', type: 'image', attachments: [attachment.id] },
    })
    const [shown] = sent.body.message.attachments
    const response = await fetch(server.url + shown?.url)
    expect(Buffer.from(await response.arrayBuffer()).equals(png)).toBe(true)
    expect(response.headers.get('content-type')).toBe('image/png')
    expect(response.headers.get('content-disposition')).toMatch(/^inline/)
  })

  test('of an agent reaches the visitor', async () => {
    const { as, id } = await newConversation(server)
    const ana = asBearer(people.ana.token)
    const attachment = await uploaded(ana, 'price list.pdf', Buffer.from('%PDF-1.7\n%âãÏÓ\n'))
    const body = { local_id: '1', body: 'Here', attachments: [attachment.id] }
    await api(server, 'POST', `/v1/admin/conversations/${id}/messages`, { as: ana, body })
    type Page = { messages: Message[] }
    const seen = await api<Page>(server, 'GET', `/v1/conversations/${id}/messages`, { as })
    expect(seen.body.messages[0]?.attachments[0]).toMatchObject({ id: attachment.id, name: 'price list.pdf' })
  })

  test.each([
    ['a drawing that could run scripts', 'x.svg', svg],
    ['a page', 'x.html', html],
    ['a page that calls itself a picture', 'x.png', html],
    ['something unknown', 'x.bin', Buffer.from([1, 2, 3])],
  ])('that is %s is only ever a download', async (_what, name, content) => {
    const attachment = await uploaded((await newConversation(server)).as, name, content)
    const response = await fetch(server.url + attachment.url)
    await response.arrayBuffer()
    expect(response.headers.get('content-type')).toBe('application/octet-stream')
    expect(response.headers.get('content-disposition')).toMatch(/^attachment/)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('content-security-policy')).toContain('sandbox')
  })

  test('with a hostile name puts nothing into a header or a path', async () => {
    const { as } = await newConversation(server)
    for (const name of ['../../etc/passwd', 'a"\r\nX-Evil: 1', '\u202egnp.exe', '零.png', 'x'.repeat(500)]) {
      const attachment = await uploaded(as, name, png)
      expect(attachment.name).not.toMatch(/[\\/\r\n\u202e]/u)
      expect(attachment.name.length).toBeLessThanOrEqual(200)
      const response = await fetch(server.url + attachment.url)
      await response.arrayBuffer()
      expect(response.status).toBe(200)
      expect(response.headers.get('x-evil')).toBeNull()
    }
  })

  test('is not to be had without the signature, with another, or too late', async () => {
    const { as } = await newConversation(server)
    const [one, other] = [await uploaded(as, 'a.png', png), await uploaded(as, 'b.png', png)]
    const signature = new URL(one.url, server.url).searchParams.get('sig') ?? ''
    const expires = signature.split('.')[0]
    const wrong = [
      `/v1/attachments/${one.id}`,
      `/v1/attachments/${one.id}?sig=`,
      `/v1/attachments/${one.id}?sig=${Number(expires) + 1}.${signature.split('.')[1]}`,
      `/v1/attachments/${one.id}?sig=${expires}.AAAA`,
      `/v1/attachments/${other.id}?sig=${signature}`,
    ]
    for (const path of wrong) {
      const { status } = await fetch(server.url + path)
      expect([400, 404], path).toContain(status)
    }
    expect((await fetch(server.url + one.url)).status).toBe(200)
    clock.advance(2 * 3_600_000)
    expect((await fetch(server.url + one.url)).status).toBe(404)
  })

  test('is gone with its message', async () => {
    const { as, id } = await newConversation(server)
    const attachment = await uploaded(as, 'a.png', png)
    const body = { local_id: '1', attachments: [attachment.id] }
    const path = `/v1/conversations/${id}/messages`
    const sent = await api<{ message: Message }>(server, 'POST', path, { as, body })
    await api(server, 'DELETE', `${path}/${sent.body.message.id}`, { as })
    expect((await fetch(server.url + attachment.url)).status).toBe(404)
  })
})

describe('An upload is refused', () => {
  const code = async (response: Response) =>
    ((await response.json()) as { error: { code: string } }).error.code

  test('when it is too large, empty, in another field or no form', async () => {
    const { as } = await newConversation(server)
    expect(await code(await upload(as, 'big.bin', Buffer.alloc(200_000, 1)))).toBe('payload_too_large')
    expect(await code(await upload(as, 'empty.bin', Buffer.alloc(0)))).toBe('invalid_request')
    expect(await code(await upload(as, 'a.png', png, 'other'))).toBe('invalid_request')
    const bare = {
      method: 'POST',
      headers: { ...as, 'Content-Type': 'image/png' },
      body: new Uint8Array(png),
    }
    expect(await code(await fetch(`${server.url}/v1/attachments`, bare))).toBe('unsupported_media_type')
    const type = 'multipart/form-data; boundary=x'
    const cut = { method: 'POST', headers: { ...as, 'Content-Type': type }, body: '--x\r\nContent-Dispo' }
    expect(await code(await fetch(`${server.url}/v1/attachments`, cut))).toBe('invalid_request')
  })

  test('from strangers and from who only reads', async () => {
    expect((await upload({}, 'a.png', png)).status).toBe(401)
    expect((await upload(asBearer(people.vera.token), 'a.png', png)).status).toBe(403)
  })

  test('as an attachment of somebody else’s message, or of a second one', async () => {
    const { as, id } = await newConversation(server)
    const path = `/v1/conversations/${id}/messages`
    const foreign = await uploaded(asDevice(newDevice(), rival), 'a.png', png)
    const neighbour = await uploaded((await newConversation(server)).as, 'a.png', png)
    for (const { id: attachment } of [foreign, neighbour]) {
      const body = { local_id: attachment, attachments: [attachment] }
      expect((await refused(server, 'POST', path, { as, body })).code).toBe('not_found')
    }
    const own = await uploaded(as, 'a.png', png)
    await api(server, 'POST', path, { as, body: { local_id: '1', attachments: [own.id] } })
    const again = { as, body: { local_id: '2', attachments: [own.id] } }
    expect((await refused(server, 'POST', path, again)).code).toBe('conflict')
  })
})
