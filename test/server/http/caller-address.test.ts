import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createAddressOf } from '../../../src/server/http/caller-address.js';

const PROXIES = ['10.0.0.0/8', '192.0.2.7', 'fd00::/8'];

function addressOf(
  peer: string | undefined,
  forwarded?: string,
  proxies: readonly string[] = PROXIES,
): string {
  const request = { headers: { 'x-forwarded-for': forwarded }, socket: { remoteAddress: peer } };
  return createAddressOf(proxies)(request as unknown as IncomingMessage);
}

describe('the address of a caller', () => {
  it.each([
    ['the peer, whatever it claims, when no proxy is trusted', '203.0.113.5', '1.1.1.1', [], '203.0.113.5'],
    ['the peer when it is not a trusted proxy', '203.0.113.5', '1.1.1.1', PROXIES, '203.0.113.5'],
    ['what a trusted proxy saw', '10.1.2.3', '203.0.113.5', PROXIES, '203.0.113.5'],
    [
      'what the first proxy saw of a chain',
      '10.1.2.3',
      '203.0.113.5, 192.0.2.7, 10.9.9.9',
      PROXIES,
      '203.0.113.5',
    ],
    ['not what the caller wrote before it', '10.1.2.3', '1.1.1.1, 203.0.113.5', PROXIES, '203.0.113.5'],
    [
      'not a proxy that the caller pretends to be',
      '10.1.2.3',
      '1.1.1.1, 10.8.8.8, 203.0.113.5',
      PROXIES,
      '203.0.113.5',
    ],
    ['the proxy when it says nothing', '10.1.2.3', undefined, PROXIES, '10.1.2.3'],
    [
      'the nearest that is certain when it says nonsense',
      '10.1.2.3',
      '203.0.113.5, <script>',
      PROXIES,
      '10.1.2.3',
    ],
    ['an IPv4 peer of an IPv6 socket', '::ffff:10.1.2.3', '::ffff:203.0.113.5', PROXIES, '203.0.113.5'],
    ['an address with a port', '10.1.2.3', '203.0.113.5:4711', PROXIES, '203.0.113.5'],
    ['the network of an IPv6 customer', '2001:db8:1:2:3:4:5:6', undefined, PROXIES, '2001:db8:1:2::/64'],
    ['the same for another of its addresses', '2001:0DB8:1:2::9', undefined, PROXIES, '2001:db8:1:2::/64'],
    ['another for its neighbour', '2001:db8:1:3::9', undefined, PROXIES, '2001:db8:1:3::/64'],
    ['of a short one', '::1', undefined, PROXIES, '0:0:0:0::/64'],
    ['behind an IPv6 proxy', 'fd00::1', '[2001:db8::5]:443', PROXIES, '2001:db8:0:0::/64'],
    ['with a zone', 'fe80::1%eth0', undefined, PROXIES, 'fe80:0:0:0::/64'],
    ['nothing of a socket that is gone', undefined, '1.1.1.1', PROXIES, ''],
  ])('is %s', (_what, peer, forwarded, proxies, expected) => {
    expect(addressOf(peer, forwarded, proxies)).toBe(expected);
  });

  it('follows a chain of proxies only so far', () => {
    const chain = ['1.1.1.1', ...Array.from({ length: 500 }, () => '10.0.0.1')].join(', ');
    expect(addressOf('10.1.2.3', chain)).toBe('10.0.0.1');
  });
});
