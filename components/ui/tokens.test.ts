import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const css = readFileSync(path.join(import.meta.dirname, '../../app/globals.css'), 'utf8');

/** Custom properties of the last rule with this selector. */
function tokensOf(theme: string): Map<string, string> {
  const block =
    [...css.matchAll(new RegExp(`\\[data-theme="${theme}"\\]\\s*\\{([^}]*)\\}`, 'g'))][0]?.[1] ?? '';
  return new Map(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6}|transparent);/g)].map(([, name, value]) => [
      name!,
      value!,
    ]),
  );
}

/** WCAG 2 contrast ratio of two #rrggbb colours. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string) => {
    const [r, g, blue] = [1, 3, 5].map((at) => {
      const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
  };
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const RAMPS = ['bal', 'load', 'quota'];

describe.each(['system', 'dark', 'wall-day', 'wall-night'])('theme %s', (theme) => {
  const tokens = tokensOf(theme);
  const value = (name: string) => tokens.get(name)!;

  test('text is readable on every ground: 4.5 on desks, 7 on walls', () => {
    const floor = theme.startsWith('wall') ? 7 : 4.5;
    for (const ink of ['text', 'text-2', 'text-3']) {
      for (const ground of ['bg', 'surface', 'raised']) {
        expect(contrast(value(ink), value(ground)), `${ink} on ${ground}`).toBeGreaterThanOrEqual(floor);
      }
    }
  });

  test('every cell of a ramp prints its number at 4.6 or better', () => {
    for (const ramp of RAMPS) {
      const steps = [...tokens.keys()].filter((name) => new RegExp(`^${ramp}-\\d$`).test(name));
      expect(steps.length).toBe(ramp === 'quota' ? 7 : 6);
      for (const step of steps) {
        expect(contrast(value(step), value(`${step}-ink`)), step).toBeGreaterThanOrEqual(4.6);
      }
    }
  });

  test('plates of alarms carry their digit, and stand out from the ground or carry an outline', () => {
    for (const priority of ['p1', 'p2', 'p3', 'p4']) {
      expect(contrast(value(priority), value(`${priority}-ink`)), priority).toBeGreaterThanOrEqual(4.5);
      const edge =
        priority === 'p3' && value('plate-outline') !== 'transparent'
          ? value('plate-outline')
          : value(priority);
      expect(contrast(edge, value('raised')), priority).toBeGreaterThanOrEqual(3);
    }
  });

  test('controls and focus are seen at 3 or better', () => {
    for (const name of ['border', 'focus']) {
      expect(contrast(value(name), value('raised')), name).toBeGreaterThanOrEqual(3);
      expect(contrast(value(name), value('bg')), name).toBeGreaterThanOrEqual(3);
    }
  });
});

test('all themes define the same tokens', () => {
  const names = [...tokensOf('system').keys()].sort();
  expect(names.length).toBeGreaterThan(60);
  for (const theme of ['dark', 'wall-day', 'wall-night'])
    expect([...tokensOf(theme).keys()].sort()).toEqual(names);
});
