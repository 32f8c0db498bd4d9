import { describe, expect, test } from 'vitest';
import { requestHash } from './idempotent';

const hash = (body: Parameters<typeof requestHash>[2]) =>
  requestHash('POST', '/api/v1/import', body).toString('hex');

describe('what tells a repeat from another request', () => {
  test('holds all of the body, and nothing of the password of who signs beside', () => {
    const second = { name: 'zhaomin', password: 'lakeside' };
    const asked = hash({ apply: true, second });
    expect(hash({ apply: true, second: { ...second, password: 'another' } })).toBe(asked);
    expect(hash({ apply: true, second: { ...second, name: 'qianfeng' } })).not.toBe(asked);
    expect(hash({ apply: true })).not.toBe(asked);
    expect(hash({ apply: false, second })).not.toBe(asked);
  });
});
