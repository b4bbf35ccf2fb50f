import { BlockList, isIP, SocketAddress } from 'node:net';

/** The IPv4 address that an IPv6 one stands for, as Node writes such addresses. */
const IPV4_MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;
/** Leading bits that say of an IPv6 address that it stands for an IPv4 one. */
const MAPPED_PREFIX = 96;
const PREFIX = /^(?:0|[1-9][0-9]{0,2})$/;

/**
 * The one text of an IP address, or undefined for what is none: IPv6 in its short form, without the zone, which means
 * something to one machine only; an IPv6 address that stands for an IPv4 one is that one.
 */
export function canonicalAddress(text: string): string | undefined {
  const version = isIP(text);
  if (version === 0) return undefined;
  const { address } = new SocketAddress({ address: text, family: version === 4 ? 'ipv4' : 'ipv6' });
  return IPV4_MAPPED.exec(address)?.[1] ?? address;
}

/** IP addresses and networks, as an operator lists them. */
export class AddressList {
  // Apart, since a BlockList takes every IPv4 address for a part of `::/0`.
  private readonly ipv4 = new BlockList();
  private readonly ipv6 = new BlockList();

  private constructor() {}

  /**
   * Reads addresses such as `192.0.2.7` and `2001:db8::1`, and networks such as `10.0.0.0/8` and `2001:db8::/32`.
   * None of them may have a zone.
   *
   * @throws Error that names each one that is neither
   */
  static parse(texts: readonly string[]): AddressList {
    const list = new AddressList();
    const malformed = texts.filter((text) => !list.add(text));
    if (malformed.length === 0) return list;
    throw new Error(
      `neither address nor network: ${malformed.map((text) => JSON.stringify(text)).join(', ')}`,
    );
  }

  /** Whether the address is one of the list or in a network of it; false for what is no address. */
  has(text: string): boolean {
    const address = canonicalAddress(text);
    if (address === undefined) return false;
    return isIP(address) === 4 ? this.ipv4.check(address, 'ipv4') : this.ipv6.check(address, 'ipv6');
  }

  private add(text: string): boolean {
    const [given = '', prefix, ...rest] = text.split('/');
    const address = given.includes('%') ? undefined : canonicalAddress(given);
    if (address === undefined || rest.length > 0) return false;
    const bits = isIP(address) === 4 ? 32 : 128;
    const isMapped = bits === 32 && isIP(given) === 6;
    const length = prefix === undefined ? bits : prefixLength(prefix) - (isMapped ? MAPPED_PREFIX : 0);
    if (!(length >= 0 && length <= bits)) return false;
    if (bits === 32) this.ipv4.addSubnet(address, length, 'ipv4');
    else this.ipv6.addSubnet(address, length, 'ipv6');
    return true;
  }
}

function prefixLength(text: string): number {
  return PREFIX.test(text) ? Number(text) : Number.NaN;
}
