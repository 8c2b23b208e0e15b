import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { until } from '../helpers/until.js'

/** A request as a model gets it. */
export interface ModelRequest {
  model: string
  temperature?: number
  tool_choice?: string
  tools?: { function: { name: string; parameters: unknown } }[]
  messages: { role: string; content: string | null; tool_call_id?: string; tool_calls?: unknown[] }[]
}

/** How the model answers one request. */
export type Script = (response: ServerResponse) => Promise<void> | void

/** One script for each request, the last for all that follow; or a function that chooses. */
export type Scripts = readonly Script[] | ((request: ModelRequest, index: number) => Script)

/** A server that speaks chat completions and says what a test wants it to. */
export class ModelServer implements AsyncDisposable {
  readonly requests: ModelRequest[] = []
  /** The most requests that were under way at once. */
  busiest = 0
  #server: Server
  #answer: (request: ModelRequest, index: number) => Script
  #open = 0

  private constructor(answer: (request: ModelRequest, index: number) => Script) {
    this.#answer = answer
    this.#server = createServer(async (request, response) => {
      this.#open += 1
      this.busiest = Math.max(this.busiest, this.#open)
      response.once('close', () => {
        this.#open -= 1
      })
      let body = ''
      for await (const chunk of request) body += chunk
      const asked: ModelRequest = JSON.parse(body)
      this.requests.push(asked)
      await this.#answer(asked, this.requests.length - 1)(response)
    })
  }

  static async start(scripts: Scripts): Promise<ModelServer> {
    const server = new ModelServer(chooser(scripts))
    server.#server.listen(0, '127.0.0.1')
    await once(server.#server, 'listening')
    return server
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`
  }

  /** What the model was told last, as `role: content`. */
  get told(): string[] {
    return (this.requests.at(-1)?.messages ?? []).map(({ role, content }) => `${role}: ${content}`)
  }

  /** Until it was asked so many times. */
  async asked(count: number): Promise<void> {
    await until(`the model was asked ${count} times`, () => this.requests.length >= count)
  }

  /** Until nobody is waiting for it any more. */
  async idle(): Promise<void> {
    await until('nobody waits for the model', () => this.#open === 0)
  }

  answers(scripts: Scripts): void {
    const before = this.requests.length
    const choose = chooser(scripts)
    this.#answer = (request, index) => choose(request, index - before)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

function chooser(scripts: Scripts) {
  if (typeof scripts === 'function') return scripts
  return (_request: ModelRequest, index: number) => scripts[Math.min(index, scripts.length - 1)] ?? say('')
}

const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`
const usage = (input: number, output: number) =>
  `data: ${JSON.stringify({ id: 'c', choices: [], usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output } })}\n\n`

function begin(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(chunk({ role: 'assistant', content: '' }))
}

/** The words one after another, each its own piece. */
export const say =
  (text: string, tokens: [number, number] | null = [10, 5]): Script =>
  (response) => {
    begin(response)
    for (const word of text.split(/(?<= )/)) response.write(chunk({ content: word }))
    response.write(chunk({}, 'stop'))
    if (tokens !== null) response.write(usage(...tokens))
    response.end('data: [DONE]\n\n')
  }

/** A tool call whose arguments come in two parts. */
export const callTool =
  (name: string, given: unknown, text = ''): Script =>
  (response) => {
    const written = typeof given === 'string' ? given : JSON.stringify(given)
    const half = Math.floor(written.length / 2)
    begin(response)
    if (text !== '') response.write(chunk({ content: text }))
    const first = {
      index: 0,
      id: 'call_1',
      type: 'function',
      function: { name, arguments: written.slice(0, half) },
    }
    response.write(chunk({ tool_calls: [first] }))
    response.write(chunk({ tool_calls: [{ index: 0, function: { arguments: written.slice(half) } }] }))
    response.write(chunk({}, 'tool_calls'))
    response.write(usage(20, 8))
    response.end('data: [DONE]\n\n')
  }

export const status =
  (code: number, headers: Record<string, string> = {}): Script =>
  (response) => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers })
    response.end('{"error":{"message":"secret details of the provider"}}')
  }

/** Accepts the request and says nothing, until the other side hangs up. */
export const silence: Script = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.flushHeaders()
}

/** Never answers at all. */
export const dead: Script = () => {}

/** Writes half a reply, then waits for ever. */
export const stuck =
  (text: string): Script =>
  (response) => {
    begin(response)
    response.write(chunk({ content: text }))
  }

/** Half a reply, then the connection breaks. */
export const cutOff =
  (text: string): Script =>
  (response) => {
    begin(response)
    response.write(chunk({ content: text }), () => response.socket?.destroy())
  }

/** Half a reply, then an end that looks orderly. */
export const endsEarly =
  (text: string): Script =>
  (response) => {
    begin(response)
    response.end(chunk({ content: text }))
  }

/** Whatever, as an event stream. */
export const raw =
  (body: string, contentType = 'text/event-stream'): Script =>
  (response) => {
    response.writeHead(200, { 'content-type': contentType })
    response.end(body)
  }

/** Waits for something before it answers. */
export const after =
  (gate: Promise<unknown>, script: Script): Script =>
  async (response) => {
    await gate
    if (!response.destroyed) await script(response)
  }
