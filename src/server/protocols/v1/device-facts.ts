import type { DeviceFacts } from '../../core/contacts/visitors.js'

interface DeviceContext {
  platform?: string | undefined
  os_version?: string | undefined
  app_version?: string | undefined
  device_model?: string | undefined
  locale?: string | undefined
  timezone?: string | undefined
  sdk_version?: string | undefined
}

/** What a client says about its device, without what it left out: an empty object changes nothing. */
export function deviceFacts(context: DeviceContext = {}, sdkVersion?: string): DeviceFacts {
  const facts = {
    platform: context.platform,
    osVersion: context.os_version,
    appVersion: context.app_version,
    model: context.device_model,
    locale: context.locale,
    timezone: context.timezone,
    sdkVersion: context.sdk_version ?? sdkVersion?.slice(0, 200),
  }
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined))
}
