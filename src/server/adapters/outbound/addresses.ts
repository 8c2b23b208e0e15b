import { BlockList, isIP } from 'node:net'

// What IANA's special-purpose registries list as not globally reachable, and the notations of IPv6 that hide an
// IPv4 address: 6to4, Teredo and the NAT64 prefixes. IPv4-mapped addresses BlockList sees through by itself.
const special = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
]

/** Tells whether the server may connect to an address. */
export type AddressGuard = (address: string) => boolean

/** Allows public addresses and those in `privateNetworks`: addresses, or subnets such as 10.1.0.0/16. */
export function addressGuard(privateNetworks: readonly string[]): AddressGuard {
  const refused = listOf(special)
  const allowed = listOf(privateNetworks)
  return (address) => {
    const family = isIP(address)
    if (family === 0) return false
    const type = family === 4 ? 'ipv4' : 'ipv6'
    return allowed.check(address, type) || !refused.check(address, type)
  }
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    const type = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    list.addSubnet(address, bits === undefined ? (type === 'ipv6' ? 128 : 32) : Number(bits), type)
  }
  return list
}
