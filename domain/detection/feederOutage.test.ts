import { describe, expect, it } from 'vitest';
import { type FeederSupply, feederOutageParams, feederOutageRule } from './feederOutage';

const NORMAL: FeederSupply = {
  at: 1,
  meters: 10,
  dark: 0,
  tripped: false,
  cut: false,
  carries: false,
  heard: true,
};

function judge(supply: Partial<FeederSupply>, active = false): string | null {
  const { signal } = feederOutageRule.step({ active }, { ...NORMAL, ...supply }, feederOutageParams({}));
  return signal?.kind ?? null;
}

describe('feeder without supply', () => {
  it('is told by four fifths of its meters falling silent, and by three at least', () => {
    expect(judge({ dark: 7 })).toBeNull();
    expect(judge({ dark: 8 })).toBe('RAISE');
    expect(judge({ meters: 2, dark: 2 })).toBeNull();
  });

  it('is none where somebody cut it, where its own meter measures load, or where the campus is not heard at all', () => {
    expect(judge({ dark: 10, cut: true })).toBeNull();
    expect(judge({ dark: 10, carries: true })).toBeNull();
    expect(judge({ dark: 10, heard: false })).toBeNull();
  });

  it('is told at once where the feeder opened by itself', () => {
    expect(judge({ tripped: true })).toBe('RAISE');
    expect(judge({ tripped: true, cut: true })).toBeNull();
  });

  it('stands until its meters are heard again: a campus that is not heard proves nothing', () => {
    expect(judge({ dark: 10, heard: false }, true)).toBeNull();
    expect(judge({ dark: 7 }, true)).toBe('RETURN');
    expect(judge({ dark: 10, cut: true }, true)).toBe('RETURN');
  });
});
