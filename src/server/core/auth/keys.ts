import { record } from '../audit.js'
import type { CoreContext } from '../context.js'
import { conflict, invalid, notFound } from '../errors.js'
import { displayPrefix, hashSecret, newId, newSecret } from '../ids.js'
import type { ApiKey, KeyKind, KeyScope } from '../model.js'
import { assertMay } from '../permissions.js'
import type { Staff } from '../principal.js'
import { cleanLine } from '../text.js'

export interface NewKey {
  kind: KeyKind
  name?: string
  scopes?: KeyScope[]
  expiresAt?: number
  /** A key made elsewhere, at least 24 characters after its prefix. */
  value?: string
}

const prefixes: Record<KeyKind, string> = { publishable: 'pk_', secret: 'sk_' }

/** Keys that let software in. The value is shown once, at creation; the store has its hash. */
export class Keys {
  readonly #context: CoreContext

  constructor(context: CoreContext) {
    this.#context = context
  }

  async create(principal: Staff, input: NewKey): Promise<{ row: ApiKey; value: string }> {
    assertMay(principal, 'app.own')
    const value = input.value === undefined ? newSecret(prefixes[input.kind]) : given(input.kind, input.value)
    const row = await this.#context.store.transaction(async (transaction) => {
      if ((await transaction.apiKeys.byHash(hashSecret(value))) !== undefined)
        throw conflict('There is this key already. Make another one.')
      const inserted = await transaction.apiKeys.insert({
        id: newId('key'),
        appKey: principal.app.key,
        kind: input.kind,
        prefix: displayPrefix(value),
        hash: hashSecret(value),
        name: cleanLine(input.name),
        scopes: input.kind === 'publishable' ? [] : (input.scopes ?? ['read', 'write', 'admin']),
        createdAt: this.#context.clock.now(),
        lastUsedAt: null,
        expiresAt: input.expiresAt ?? null,
        revokedAt: null,
      })
      await record(this.#context, transaction, principal, {
        action: 'key.create',
        target: inserted.id,
        details: { kind: inserted.kind, prefix: inserted.prefix },
      })
      return inserted
    })
    return { row, value }
  }

  async list(principal: Staff): Promise<ApiKey[]> {
    assertMay(principal, 'app.own')
    return this.#context.store.read.apiKeys.list(principal.app.key)
  }

  /** A new key of the same kind; the old one works on until `graceMs` has passed. */
  async rotate(principal: Staff, id: string, graceMs: number): Promise<{ row: ApiKey; value: string }> {
    const old = await this.#find(principal, id)
    const created = await this.create(principal, {
      kind: old.kind,
      name: old.name ?? undefined,
      scopes: old.scopes,
    })
    const expiresAt = this.#context.clock.now() + graceMs
    await this.#context.store.transaction(async (transaction) => {
      await transaction.apiKeys.update(old.key, { expiresAt })
      transaction.afterCommit(() => this.#announce(principal, id))
    })
    return created
  }

  /** From now on it opens nothing; connections that it opened end. */
  async revoke(principal: Staff, id: string): Promise<ApiKey> {
    const key = await this.#find(principal, id)
    const revokedAt = this.#context.clock.now()
    await this.#context.store.transaction(async (transaction) => {
      await transaction.apiKeys.update(key.key, { revokedAt })
      await record(this.#context, transaction, principal, { action: 'key.revoke', target: id })
      transaction.afterCommit(() => this.#announce(principal, id))
    })
    return { ...key, revokedAt }
  }

  #announce({ app }: Staff, keyId: string): void {
    const { key: appKey, id: appId } = app
    this.#context.bus.publish({ type: 'access.changed', appKey, appId, keyId, agentKey: null })
  }

  async #find(principal: Staff, id: string): Promise<ApiKey> {
    assertMay(principal, 'app.own')
    const key = await this.#context.store.read.apiKeys.byId(principal.app.key, id)
    if (key === undefined) throw notFound('key')
    return key
  }
}

function given(kind: KeyKind, value: string): string {
  const prefix = prefixes[kind]
  if (value.startsWith(prefix) && /^[\w-]{24,200}$/.test(value.slice(prefix.length))) return value
  throw invalid(`A ${kind} key starts with ${prefix}, followed by at least 24 letters, digits, - or _.`)
}
