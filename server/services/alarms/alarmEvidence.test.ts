import { expect, it } from 'vitest';
import { DEVICE_CHECKS, FAILURES, FINDINGS } from '../../../domain/inspection/deviceCheck';
import { alarmEvidence } from './alarmEvidence';

it('a device’s alarm says which of its checks failed and of what; one that says nothing this time is named alone', () => {
  const stored = {
    meter: 'E-7-411',
    checks: 'CLOCK REGISTER',
    findings: 'REGISTER_FELL READING_HELD',
    day: 'x',
  };
  expect(alarmEvidence(stored).checks).toEqual([
    { code: 'CLOCK', findings: [] },
    { code: 'REGISTER', findings: ['REGISTER_FELL', 'READING_HELD'] },
  ]);
  expect(alarmEvidence({ value: 3 }).checks).toEqual([]);
});

it('whatever fails a device fails exactly one of its checks', () => {
  const failing = Object.entries(FINDINGS).flatMap(([code, result]) => (result === 'FAIL' ? [code] : []));
  expect(DEVICE_CHECKS.flatMap((code) => FAILURES[code]).sort()).toEqual(failing.sort());
});
