import { describe, expect, it } from 'vitest';
import { changesOf, placesOf } from './settingVersions';

describe('a version against the one before', () => {
  it('names each setting that came, changed or went, and no other', () => {
    expect(
      changesOf({ limitW: 1_500, onDelayMs: 10_000, off: false }, { limitW: 2_000, off: false, k: 6 }),
    ).toEqual([
      { key: 'k', before: null, after: 6 },
      { key: 'limitW', before: 1_500, after: 2_000 },
      { key: 'onDelayMs', before: 10_000, after: null },
    ]);
    expect(changesOf(null, { off: false })).toEqual([{ key: 'off', before: null, after: false }]);
    expect(changesOf({ off: true }, { off: true })).toEqual([]);
  });

  it('stands with its own place', () => {
    const at = (space: string | null, version: number) => ({
      rule: 'OVERLOAD',
      ...{ space, version, body: {}, setBy: '', setMs: 0 },
    });
    expect(placesOf([at(null, 2), at(null, 1), at('N', 1)])).toEqual([
      { space: null, versions: [at(null, 2), at(null, 1)] },
      { space: 'N', versions: [at('N', 1)] },
    ]);
  });
});
