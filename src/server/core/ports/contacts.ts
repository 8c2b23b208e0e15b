import type * as model from '../model.js'
import type { KeyPage, New, Patch } from './rows.js'

export interface ContactQueries {
  insert(contact: New<model.Contact>): Promise<model.Contact>
  update(key: number, patch: Patch<model.Contact>): Promise<model.Contact | undefined>
  remove(key: number): Promise<void>
  byId(appKey: number, id: string): Promise<model.Contact | undefined>
  byKey(key: number): Promise<model.Contact | undefined>
  byKeys(keys: number[]): Promise<model.Contact[]>
  /** Locked until the transaction ends, like a conversation. */
  lock(key: number): Promise<void>
  /** Waits until no other transaction is about to give this external id to a contact. */
  lockExternalId(appKey: number, externalId: string): Promise<void>
  byExternalId(appKey: number, externalId: string): Promise<model.Contact | undefined>
  /** Newest first, without deleted ones; `text` matches part of name, e-mail, phone or external id, case-blind. */
  list(appKey: number, page: KeyPage & { text?: string }): Promise<model.Contact[]>
  /** Inserts, or updates what is given (not null) of a device that is known. */
  saveDevice(device: New<model.Device>): Promise<model.Device>
  /** Waits until no other transaction is about to give this device to a contact. */
  lockDevice(appKey: number, deviceId: string): Promise<void>
  device(appKey: number, deviceId: string): Promise<model.Device | undefined>
  devices(contactKey: number): Promise<model.Device[]>
  /** Devices of these contacts that registered for push, those seen last first. Prepared: this is the message path. */
  pushDevices(contactKeys: number[], limit: number): Promise<model.Device[]>
  removeDevices(contactKey: number): Promise<void>
  setPushToken(deviceKey: number, token: string | null, platform: string): Promise<void>
  /** Forgets a token, unless the device has registered another one meanwhile. */
  dropPushToken(deviceKey: number, token: string): Promise<void>
  /** Moves conversations, devices, messages and participations of one contact to another. */
  moveEverything(fromKey: number, toKey: number): Promise<void>
}
