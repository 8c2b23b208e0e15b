import type { AuthCalls, Identity } from '../types/admin.js'
import type { Access, LoginAnswer } from './access.js'
import type { AgentCalls } from './agent-calls.js'
import type { Http } from './http.js'

export function authCalls(http: Http, access: Access, calls: AgentCalls): AuthCalls {
  return {
    login: async (email, password) => {
      const answer = await http.call<LoginAnswer>({
        method: 'POST',
        path: '/v1/auth/login',
        headers: {},
        body: { email, password },
      })
      access.take(answer)
      return { agent: answer.agent, apps: answer.apps }
    },
    refresh: () => access.renew(),
    logout: async () => {
      const token = access.refreshToken
      if (token !== undefined) await calls.post('/v1/auth/logout', { refresh_token: token })
      access.end()
    },
    me: () => calls.get<Identity>('/v1/auth/me'),
  }
}
