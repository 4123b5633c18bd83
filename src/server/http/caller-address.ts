/** The address a request counts under: what trusted proxies say, else the peer of the connection. */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv4 } from 'node:net';

/** Longest chain of proxies that is followed. */
const MAX_HOPS = 20;
const FORWARDED_WITH_PORT = /^(?:\[([^\]]+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d{1,5})?$/;

export type AddressOf = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => string;

/**
 * @param trustedProxies addresses and networks; the header of anybody else is somebody's claim and not looked at
 * @returns addressOf, which gives an IPv4 address, or the /64 of an IPv6 address: that is what one customer is given
 */
export function createAddressOf(trustedProxies: readonly string[]): AddressOf {
  const trusted = new BlockList();
  for (const network of trustedProxies) {
    const [address = '', bits] = network.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    if (bits === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(bits), family);
  }
  const isTrusted = (address: string) => trusted.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');

  return ({ headers, socket }) => {
    let address = plain(socket.remoteAddress ?? '') ?? '';
    if (trustedProxies.length === 0 || address === '') return asCaller(address);
    const forwarded = headers['x-forwarded-for'];
    const hops = (typeof forwarded === 'string' ? forwarded : '').split(',').slice(-MAX_HOPS);
    // From the right: each proxy appends the peer it saw, and only what a trusted one appended is true.
    while (isTrusted(address)) {
      const next = plain(hops.pop()?.trim() ?? '');
      if (next === undefined) break;
      address = next;
    }
    return asCaller(address);
  };
}

/** @returns the address without brackets, port, zone and IPv4-in-IPv6 notation; undefined when it is none */
function plain(text: string): string | undefined {
  const match = FORWARDED_WITH_PORT.exec(text);
  const address = (match?.[1] ?? match?.[2] ?? text).replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
  return isIP(address) === 0 ? undefined : address;
}

function asCaller(address: string): string {
  if (!address.includes(':')) return address;
  // The URL parser writes every IPv6 address in its one canonical form.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const front = head.split(':').filter((group) => group !== '');
  const back = (tail ?? '').split(':').filter((group) => group !== '');
  const missing = tail === undefined ? 0 : 8 - front.length - back.length;
  const groups = [...front, ...Array<string>(missing).fill('0'), ...back];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
