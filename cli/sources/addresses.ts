// Tells public network addresses from private ones. A request for a URL that a user gave may only go to public ones.
import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** IPv4 ranges outside the public internet: IANA's special-purpose registry, multicast, and Azure's host service. */
const special4 = subnets('ipv4', [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '168.63.129.16/32', '169.254.0.0/16', '172.16.0.0/12',
  '192.0.0.0/24', '192.0.2.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24', '192.168.0.0/16',
  '192.175.48.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
])

/**
 * The IPv6 range allocated to the public internet. Loopback, link-local, unique local, multicast, IPv4-mapped and NAT64
 * addresses are outside it.
 */
const global6 = subnets('ipv6', ['2000::/3'])

/** The exceptions within that range: Teredo, ORCHID, benchmarks (2001::/23), 6to4, AS112, documentation. */
const special6 = subnets('ipv6', ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'])

/** Returns true for the address of a host on the public internet; false for any other text. */
export function isPublicAddress (address: string): boolean {
  if (isIPv4(address)) return !special4.check(address, 'ipv4')
  return isIPv6(address) && global6.check(address, 'ipv6') && !special6.check(address, 'ipv6')
}

function subnets (family: 'ipv4' | 'ipv6', list: string[]): BlockList {
  const blocks = new BlockList()
  for (const subnet of list) {
    const [network, prefix] = subnet.split('/')
    blocks.addSubnet(network!, Number(prefix), family)
  }
  return blocks
}
