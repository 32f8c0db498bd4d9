import { describe, expect, test } from 'vitest';
import { mayScrape } from './scrapeAccess';

const from = (remoteAddress: string, headers: Record<string, string> = {}) => ({
  headers,
  socket: { remoteAddress },
});

describe('figures of a process', () => {
  test('without a token only this machine reads them, and not through a proxy on it', () => {
    for (const own of ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'])
      expect(mayScrape(from(own), null), own).toBe(true);
    for (const other of ['10.0.0.9', '::ffff:10.0.0.9', '2001:db8::1', ''])
      expect(mayScrape(from(other), null), other).toBe(false);
    for (const header of ['x-forwarded-for', 'forwarded', 'x-real-ip'])
      expect(mayScrape(from('127.0.0.1', { [header]: '127.0.0.1' }), null), header).toBe(false);
  });

  test('with a token whoever shows it reads them, and nobody else, not even from this machine', () => {
    const token = 'scrape-token-of-this-site';
    expect(mayScrape(from('10.0.0.9', { authorization: `Bearer ${token}` }), token)).toBe(true);
    expect(mayScrape(from('127.0.0.1'), token)).toBe(false);
    expect(mayScrape(from('127.0.0.1', { authorization: `Bearer ${token}x` }), token)).toBe(false);
    expect(mayScrape(from('127.0.0.1', { authorization: token }), token)).toBe(false);
  });
});
