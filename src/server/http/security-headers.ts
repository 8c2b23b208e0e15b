import helmet from 'helmet'

/**
 * Helmet's defaults, but for one: whether to use TLS is the proxy's business, and `upgrade-insecure-requests` would
 * break plain http on a private network.
 */
export const setSecurityHeaders = helmet({
  contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
})
