import { describe, expect, it } from 'vitest';
import { csvText } from '../../ui/csv';
import type { DepartmentQuota } from '../quotaTypes';
import { reportCsv } from './reportCsv';

const row = (code: string, name: string, used: bigint, after: bigint) => ({
  code,
  name,
  nameEn: null,
  protection: 'NONE' as const,
  usedMicro: used,
  afterMicro: after,
  closedMicro: null,
  comparedMicro: null,
  completeness: { measured: 10, expected: 12 },
});

const view: DepartmentQuota = {
  department: { code: 'CHEM', name: '化学学院', nameEn: 'Chemistry', heads: [] },
  month: '2026-11',
  state: 'RUNNING',
  utility: 'ELECTRICITY',
  today: '2026-11-12',
  nowMs: Date.parse('2026-11-12T21:04:07+08:00'),
  fromMs: Date.parse('2026-11-01T00:00:00+08:00'),
  toMs: Date.parse('2026-12-01T00:00:00+08:00'),
  asOfMs: Date.parse('2026-11-12T21:04:03+08:00'),
  used: { workingMicro: 0n, afterMicro: 0n },
  usedMicro: 3_500_001n,
  days: [],
  outlook: null,
  standing: null,
  verdict: null,
  excess: null,
  circuits: {
    rows: [row('P-1', '3 层, "通风柜"', 2_500_000n, 1n), row('P-2', '=SUM(A1)', 1_000_001n, 1_000_000n)],
    total: row('', '', 3_500_001n, 1_000_001n),
    comparison: null,
    missing: [],
    missingDays: 0,
  },
  months: [],
  versions: [],
  notices: [],
  managers: [],
  maySet: false,
};

describe('report as CSV', () => {
  const mark = { by: '=Zhao, Min (zhaomin)', at: '2026-11-12T21:04:07+08:00', scope: 'ENERGY_MANAGER' };
  const text = csvText(reportCsv(view, 'Asia/Shanghai'), mark);
  const lines = text.slice(1).split('\r\n');
  it('is marked as UTF-8, ends its rows as spreadsheets expect and carries times with the campus offset', () => {
    expect(text.codePointAt(0)).toBe(0xfeff);
    expect(lines).toHaveLength(5);
    expect(lines[1]).toContain('2026-11-01T00:00:00+08:00,2026-11-12T21:04:03+08:00');
  });
  it('keeps every digit, and the rows sum to the total', () => {
    const used = (line: string) => Number(/\+08:00,[^,]*,([\d.]+)/.exec(line)![1]);
    expect(used(lines[1]!) + used(lines[2]!)).toBeCloseTo(used(lines[3]!), 6);
    expect(lines[3]).toContain(',3.500001,2.500000,1.000001,10,12,');
  });
  it('tells in each row who took it out, when and for which scope', () => {
    expect(lines[0]!.endsWith(',exported_by,exported_at,exported_scope')).toBe(true);
    for (const line of lines.slice(1, -1))
      expect(line.endsWith(`,"'=Zhao, Min (zhaomin)",2026-11-12T21:04:07+08:00,ENERGY_MANAGER`)).toBe(true);
  });
  it('quotes names that need it and never lets one become a formula', () => {
    expect(lines[1]).toContain('"3 层, ""通风柜"""');
    expect(lines[2]).toContain(",'=SUM(A1),");
  });
});
