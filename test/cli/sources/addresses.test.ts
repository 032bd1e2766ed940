// Tells public addresses from private ones, however they are written.
import { isIPv4 } from 'node:net'
import t from 'tap'
import { isPublicAddress } from '../../../cli/sources/addresses.ts'
import { createPublicFetch } from '../../../cli/sources/public-fetch.ts'
import { fc, propertyRuns } from '../../fixtures/property.ts'

t.test('accepts public addresses', async t => {
  for (const address of [
    '1.1.1.1', '8.8.8.8', '93.184.216.34', '172.15.0.1', '172.32.0.1', '100.63.0.1', '100.128.0.1', '223.255.255.254',
    '2606:4700:4700::1111', '2a00:1450:4001:81b::200e', '2001:4860:4860::8888',
  ]) {
    t.ok(isPublicAddress(address), address)
  }
})

t.test('refuses all others', async t => {
  for (const address of [
    '0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '100.100.100.200', '127.0.0.1', '127.255.255.255', '168.63.129.16',
    '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.192', '192.0.2.1', '192.168.1.1', '198.18.0.1', '198.51.100.7',
    '203.0.113.9', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255',
    '::', '::1', '::127.0.0.1', '::ffff:8.8.8.8', '::ffff:127.0.0.1', '::ffff:0:127.0.0.1', '64:ff9b::7f00:1', '64:ff9b:1::1', '100::1',
    'fc00::1', 'fd00:ec2::254', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', '2001::1', '2001:db8::1', '2002:7f00:1::', '3fff::1',
    '5f00::1', '', 'localhost', '127.1', '0x7f.0.0.1', '1.1.1.1 ', '999.1.1.1',
  ]) { t.notOk(isPublicAddress(address), address || 'empty') }
})

const privateV4: fc.Arbitrary<[number, number, number, number]> = fc.oneof(
  fc.tuple(fc.constantFrom(0, 10, 127, 224, 239, 240, 255), fc.nat(255), fc.nat(255), fc.nat(255)),
  fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), fc.nat(255), fc.nat(255)),
  fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), fc.nat(255), fc.nat(255)),
  fc
    .tuple(fc.constantFrom([192, 168], [169, 254], [198, 18], [198, 19]), fc.nat(255), fc.nat(255))
    .map(([[a, b], c, d]): [number, number, number, number] => [a!, b!, c, d])
)

type Form = (a: number, b: number, c: number, d: number) => string
const hex = (n: number, width = 2) => n.toString(16).padStart(width, '0')
const wide = (text: string) => text.replace(/[0-9]/g, digit => String.fromCodePoint(0xff10 + Number(digit)))
const forms: Form[] = [
  (a, b, c, d) => `${a}.${b}.${c}.${d}`,
  (a, b, c, d) => `${a}.${b}.${c}.${d}.`,
  (a, b, c, d) => String(a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d),
  (a, b, c, d) => `0x${hex(a)}${hex(b)}${hex(c)}${hex(d)}`,
  (a, b, c, d) => `0X${hex(a)}.${b}.0${c.toString(8)}.0x${hex(d)}`,
  (a, b, c, d) => `0${a.toString(8)}.0${b.toString(8)}.0${c.toString(8)}.0${d.toString(8)}`,
  (a, b, c, d) => `0${(a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d).toString(8)}`,
  (a, b, c, d) => `${a}.${b * 2 ** 16 + c * 2 ** 8 + d}`,
  (a, b, c, d) => `${a}.${b}.${c * 2 ** 8 + d}`,
  (a, b, c, d) => wide(`${a}.${b}.${c}.${d}`),
  (a, b, c, d) => `${a}。${b}．${c}｡${d}`,
  (a, b, c, d) => `${a}.${b}.${c}.${d}`.replace(/[0-9.]/g, character => `%${hex(character.charCodeAt(0))}`),
  (a, b, c, d) => `[::ffff:${a}.${b}.${c}.${d}]`,
  (a, b, c, d) => `[::FFFF:${hex(a)}${hex(b)}:${hex(c)}${hex(d)}]`,
  (a, b, c, d) => `[0:0:0:0:0:ffff:${hex(a)}${hex(b)}:${hex(c)}${hex(d)}]`,
  (a, b, c, d) => `[::${a}.${b}.${c}.${d}]`,
  (a, b, c, d) => `[::ffff:0:${a}.${b}.${c}.${d}]`,
  (a, b, c, d) => `[64:ff9b::${a}.${b}.${c}.${d}]`,
  (a, b, c, d) => `[64:ff9b:1::${hex(a)}${hex(b)}:${hex(c)}${hex(d)}]`,
  (a, b, c, d) => `[2002:${hex(a)}${hex(b)}:${hex(c)}${hex(d)}::]`,
  (a, b, c, d) => `[2001:0:${hex(a)}${hex(b)}:${hex(c)}${hex(d)}::]`,
]
const starts = ['http://', 'https://', 'HTTP://', 'http:\\\\', 'http:/', 'http:', 'ht\ttp://', ' http://', 'http:////']
const ends = ['', '/', '/page?x=1#y', '\\page', '?q', '#f', ':80', ':443/']

t.test('requests no form of a private address', async t => {
  const asked: string[] = []
  const fetch = createPublicFetch({
    timeoutMs: 1000, maxBytes: 1000, maxRedirects: 1, userAgent: 'test',
    lookup: (host, _options, done) => {
      asked.push(host)
      done(new Error('no name should be looked up'), '', 0)
    },
  })
  t.teardown(() => fetch.close())
  await fc.assert(
    fc.asyncProperty(
      privateV4, fc.constantFrom(...forms), fc.constantFrom(...starts), fc.constantFrom(...ends),
      async (numbers, form, start, end) => {
        const error = await fetch.get(`${start}${form(...numbers)}${end}`).then(
          () => null, error => error
        )
        return error?.code === 'ADDRESS_REFUSED'
      }
    ),
    propertyRuns(3000)
  )
  t.same(asked, [])
})

t.test('requests no private IPv6 address', async t => {
  const fetch = createPublicFetch({ timeoutMs: 1000, maxBytes: 1000, maxRedirects: 1, userAgent: 'test' })
  t.teardown(() => fetch.close())
  const groups = fc.array(fc.nat(0xffff), { minLength: 7, maxLength: 7 })
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(0xfc00, 0xfd12, 0xfe80, 0xfebf, 0xfec0, 0xff02, 0, 0x64, 0x100, 0x2002, 0x5f00), groups,
      async (first, rest) => {
        const written = [first, ...rest].map(n => n.toString(16)).join(':')
        const error = await fetch.get(`http://[${written}]/`).then(
          () => null, error => error
        )
        return error?.code === 'ADDRESS_REFUSED'
      }
    ),
    propertyRuns(500)
  )
})

t.test('accepts only addresses of 2000::/3 and the rest of IPv4', async () => {
  fc.assert(fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), address => {
    if (!isPublicAddress(address)) return true
    return isIPv4(address) ? !/^(?:0|10|127|2[2-5]\d)\./.test(address) || /^22[0-3]\./.test(address) : /^[23]/.test(address)
  }), propertyRuns(2000))
})
