import { isIPv6 } from 'node:net';

/**
 * What a client can't choose freely of its address: all of an IPv4 address, and the first 64 bits of an IPv6 one, since
 * whoever has one of these has the other 2^64 as well. Limits count by it. Text that is no address stays as it is.
 */
export function addressBlock(address: string): string {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address);
  if (mapped) return mapped[1]!;
  const plain = address.split('%', 1)[0]!;
  if (!isIPv6(plain)) return address;
  const [head = '', tail] = plain.split('::');
  const before = head === '' ? [] : head.split(':');
  // A dotted end stands for two groups; both lie in the half that does not count.
  const after =
    tail === undefined || tail === ''
      ? []
      : tail.split(':').flatMap((g) => (g.includes('.') ? ['0', '0'] : [g]));
  const gap = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array.from({ length: gap }, () => '0'), ...after];
  const block = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${block.join(':')}::/64`;
}
