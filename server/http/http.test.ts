import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { FixedClock } from '../../domain/time/clock';
import { parseCookies } from '../auth/cookies';
import { SignInLimit } from '../auth/signInLimit';
import { addressBlock } from './addressBlock';
import { clientAddress } from './clientAddress';
import { RateLimit } from './rateLimit';
import { contentSecurityPolicy, securityHeaders } from './securityHeaders';

describe('the client’s address', () => {
  const req = (forwarded?: string) =>
    ({
      headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
      socket: { remoteAddress: '10.0.0.1' },
    }) as unknown as IncomingMessage;

  it('is the connection’s own while no proxy of ours stands in front, whatever a client writes', () => {
    expect(clientAddress(req('1.2.3.4'), 0)).toBe('10.0.0.1');
  });

  it('is what our own proxy saw, not what the client wrote left of it', () => {
    expect(clientAddress(req('6.6.6.6, 1.2.3.4'), 1)).toBe('1.2.3.4');
    expect(clientAddress(req('6.6.6.6, 1.2.3.4, 10.0.0.9'), 2)).toBe('1.2.3.4');
    expect(clientAddress(req(), 1)).toBe('10.0.0.1');
  });
});

describe('rate limits', () => {
  it('give a burst, then refuse with the seconds to wait, then refill', () => {
    const clock = new FixedClock(0);
    const limit = new RateLimit(clock, 3, 0.5);
    expect([limit.take('a'), limit.take('a'), limit.take('a')]).toEqual([0, 0, 0]);
    expect(limit.take('a')).toBe(2);
    expect(limit.take('b')).toBe(0);
    clock.advance(2_000);
    expect(limit.take('a')).toBe(0);
  });

  it('keep a bounded number of keys', () => {
    const limit = new RateLimit(new FixedClock(0), 1, 1, 2);
    limit.take('a');
    limit.take('b');
    limit.take('c');
    expect(limit.take('a')).toBe(0);
  });

  it('slow down guessing one name from one address and lock that name for nobody else', () => {
    const clock = new FixedClock(0);
    const limit = new SignInLimit(clock);
    for (let attempt = 0; attempt < 5; attempt++) expect(limit.take('Admin', '1.1.1.1')).toBe(0);
    expect(limit.take('admin', '1.1.1.1')).toBeGreaterThan(0);
    expect(limit.take('admin', '2.2.2.2')).toBe(0);
    limit.succeeded('admin', '1.1.1.1');
    expect(limit.take('admin', '1.1.1.1')).toBe(0);
  });
});

describe('the block of an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
    ['unknown', 'unknown'],
  ])('of %s is %s', (address, block) => {
    expect(addressBlock(address)).toBe(block);
  });

  it('is what tries are counted by: a new address of the same /64 gets no new tries', () => {
    const limit = new SignInLimit(new FixedClock(0));
    for (let attempt = 0; attempt < 5; attempt++) expect(limit.take('admin', `2001:db8::${attempt}`)).toBe(0);
    expect(limit.take('admin', '2001:db8::ffff')).toBeGreaterThan(0);
    expect(limit.take('admin', '2001:db8:0:1::1')).toBe(0);
    limit.succeeded('admin', '2001:db8::77');
    expect(limit.take('admin', '2001:db8::78')).toBe(0);
  });
});

describe('security headers', () => {
  const options = { publicUrl: 'https://energy.example.edu', mapbox: false, development: false };

  it('name no other host unless the customer’s map token is set', () => {
    const policy = contentSecurityPolicy(options, 'abc');
    expect(policy).toContain("script-src 'self' 'nonce-abc'");
    expect(policy).toContain("worker-src 'self' blob:");
    expect(policy.match(/(https?|wss?):\/\/[^\s;]+/g)).toEqual([
      'ws://energy.example.edu',
      'wss://energy.example.edu',
    ]);
    expect(contentSecurityPolicy({ ...options, mapbox: true }, 'abc')).toContain('https://api.mapbox.com');
  });

  it('allow evaluated code in development only, and ask for TLS only where it is used', () => {
    expect(contentSecurityPolicy(options, 'x')).not.toContain('unsafe-eval');
    expect(contentSecurityPolicy({ ...options, development: true }, 'x')).toContain('unsafe-eval');
    expect(securityHeaders(options)).toHaveProperty('Strict-Transport-Security');
    expect(securityHeaders({ ...options, publicUrl: 'http://localhost:3000' })).not.toHaveProperty(
      'Strict-Transport-Security',
    );
  });
});

describe('cookies', () => {
  it('are read by name, the first of equal names, and broken ones do no harm', () => {
    const cookies = parseCookies('a=1; b="two%20words"; a=2; =x; c; d=%E0%A4%A');
    expect(Object.fromEntries(cookies)).toEqual({ a: '1', b: 'two words', d: '%E0%A4%A' });
  });
});
