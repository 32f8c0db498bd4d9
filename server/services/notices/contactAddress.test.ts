import { describe, expect, it } from 'vitest';
import { contactAddress, shownAddress, type TypedChannel } from './contactAddress';

describe('an address that a person enters', () => {
  it.each<[TypedChannel, string]>([
    ['WECOM', '@all'],
    ['WECOM', '@ALL'],
    ['WECOM', 'li|wang'],
    ['WECOM', 'li,wang'],
    ['EMAIL', 'li@example.edu,all@example.edu'],
    ['EMAIL', 'li@example.edu\r\nBcc: all@example.edu'],
    ['EMAIL', '"Li" <li@example.edu>'],
    ['SMS', '13800000000,13800000001'],
    ['SMS', '+8613800000000;ext=1'],
    ['WECHAT', 'oABCDEFGHIJKLMNOPQRST,oABCDEFGHIJKLMNOPQRSU'],
  ])('is one person’s: %s %j is refused', (channel, text) => {
    expect(() => contactAddress(channel, text)).toThrow(
      expect.objectContaining({ reason: 'ADDRESS_INVALID', details: { field: '/address' } }),
    );
  });

  it.each<[TypedChannel, string, string]>([
    ['WECOM', 'li.wei@corp', 'li.wei@corp'],
    ['WECOM', '2025001', '2025001'],
    ['EMAIL', ' li@example.edu ', 'li@example.edu'],
    ['SMS', '138 0000-0000', '+8613800000000'],
    ['WECHAT', 'oABCDEFGHIJKLMNOPQRST', 'oABCDEFGHIJKLMNOPQRST'],
  ])('%s %j is taken as %s, and shown in part', (channel, text, address) => {
    expect(contactAddress(channel, text)).toBe(address);
    expect(shownAddress(channel, address)).not.toContain(address);
  });
});
