import { describe, expect, test } from '@jest/globals';
import { AddressList, canonicalAddress } from './address-list.js';

describe('an address', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['::1', '::1'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:c000:0207', '192.0.2.7'],
    ['0:0:0:0:0:ffff:192.0.2.7', '192.0.2.7'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:192.0.2.7%eth0', '192.0.2.7'],
  ])('%s is written as %s', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  test.each([
    '',
    ' ',
    'unknown',
    '_hidden',
    'db.example',
    '192.0.2',
    '192.0.2.256',
    '0192.0.2.7',
    '192.0.2.7 ',
    '192.0.2.7:80',
    '[2001:db8::1]',
    '[::1]:80',
    'fe80::1%',
    '192.0.2.0/24',
    '３.3.3.3',
    '3232235777',
    '0x7f.0.0.1',
  ])('is not %j', (text) => {
    expect(canonicalAddress(text)).toBeUndefined();
    expect(AddressList.parse(['0.0.0.0/0', '::/0']).has(text)).toBe(false);
  });
});

describe('an address list', () => {
  test.each([
    [['192.0.2.7'], ['192.0.2.7', '::ffff:192.0.2.7'], ['192.0.2.8', '::1', '::c000:207']],
    [['::ffff:192.0.2.7'], ['192.0.2.7', '::ffff:c000:207'], ['192.0.2.8']],
    [['10.0.0.0/8'], ['10.0.0.0', '10.255.255.255', '::ffff:10.1.2.3'], ['9.255.255.255', '11.0.0.0']],
    [['10.1.2.3/8'], ['10.9.9.9'], ['11.1.2.3']],
    [['192.0.2.7/32'], ['192.0.2.7'], ['192.0.2.6']],
    [['::ffff:10.0.0.0/104'], ['10.1.2.3', '::ffff:10.1.2.3'], ['11.1.2.3']],
    [['2001:db8::/32'], ['2001:db8::1', '2001:DB8:ffff::'], ['2001:db9::1', '32.1.13.184']],
    [['2001:db8::1'], ['2001:db8:0:0::1'], ['2001:db8::2']],
    [['fe80::/10'], ['fe80::1%eth0', 'fe80::1'], ['fec0::1']],
    [['0.0.0.0/0'], ['255.255.255.255', '::ffff:1.2.3.4'], ['::1', '2001:db8::1']],
    [['::/0'], ['::1', '2001:db8::1'], ['1.2.3.4', '::ffff:1.2.3.4']],
    [['127.0.0.1', '::1', '10.0.0.0/8'], ['127.0.0.1', '::1', '10.0.0.1'], ['127.0.0.2']],
    [[], [], ['127.0.0.1', '::1', '']],
  ])('of %j has %j, and not %j', (texts, members, strangers) => {
    const list = AddressList.parse(texts);
    expect(members.filter((address) => !list.has(address))).toEqual([]);
    expect(strangers.filter((address) => list.has(address))).toEqual([]);
  });

  test.each([
    '',
    'localhost',
    'loopback',
    '192.0.2.7/33',
    '192.0.2.7/-1',
    '192.0.2.7/',
    '192.0.2.7/08',
    '192.0.2.7/8.0',
    '192.0.2.7/255.0.0.0',
    '192.0.2.7/8/8',
    '192.0.2.7/1e1',
    '2001:db8::/129',
    '::ffff:10.0.0.0/95',
    'fe80::1%eth0',
    'fe80::%eth0/10',
    '10.0.0.0-10.0.0.9',
    '10.*',
    '*',
  ])('refuses %j', (text) => {
    expect(() => AddressList.parse(['127.0.0.1', text])).toThrow(
      `neither address nor network: ${JSON.stringify(text)}`,
    );
  });

  test('names everything that it refuses', () => {
    expect(() => AddressList.parse(['a', '127.0.0.1', 'b/8'])).toThrow(
      'neither address nor network: "a", "b/8"',
    );
  });
});
