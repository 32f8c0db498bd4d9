import { describe, expect, it } from 'vitest';
import { judgeRepeat } from './repeatedReading';

describe('a second message of one instant', () => {
  const stored = { EA: 502_000_000n };

  it('G6: the same value again changes nothing, another value is a conflict', () => {
    expect(judgeRepeat(stored, { EA: 502_000_000n })).toEqual({ kind: 'DUPLICATE' });
    expect(judgeRepeat(stored, { EA: 502_100_000n })).toEqual({ kind: 'CONFLICT', channel: 'EA' });
  });

  it('with other registers merges', () => {
    expect(judgeRepeat(stored, { EE: 1n })).toEqual({ kind: 'MERGE', added: { EE: 1n } });
    expect(judgeRepeat(stored, { EE: 1n, EA: 1n })).toEqual({ kind: 'CONFLICT', channel: 'EA' });
    expect(judgeRepeat(stored, {})).toEqual({ kind: 'DUPLICATE' });
  });
});
