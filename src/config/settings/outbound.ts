import { isIP } from 'node:net'
import { z } from 'zod'
import { setting } from '../setting.js'
import { list } from '../values.js'

const isNetwork = (entry: string) => {
  const [address = '', bits] = entry.split('/')
  const widest = isIP(address) === 4 ? 32 : 128
  return isIP(address) !== 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= widest))
}

/** Calls that this server makes to others. */
export const outbound = z.object({
  privateNetworks: setting(
    list('a list of addresses or subnets such as 10.1.0.0/16, parted by commas', isNetwork).default([]),
    'Private networks that tools of bots may live in; all others are refused',
  ),
})
