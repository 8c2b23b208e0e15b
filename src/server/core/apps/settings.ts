import type { App, AppSettings } from '../model.js'

const defaultSettings: AppSettings = {
  requireIdentity: false,
  routing: 'manual',
  reopenWindowDays: 7,
  agentGraceSeconds: 300,
  botSuspensionMinutes: 30,
  customerPriorities: { premium: 'high' },
  bot: null,
}

/** The app's settings with the defaults for what was never set. */
export const settingsOf = (app: App): AppSettings => ({ ...defaultSettings, ...app.settings })
