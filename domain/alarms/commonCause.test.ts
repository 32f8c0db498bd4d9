import { describe, expect, it } from 'vitest';
import { shareCause } from './commonCause';

describe('a common cause is claimed only where the alarms follow from it', () => {
  it('meters that fall silent behind one gateway do, with or without its own alarm', () => {
    expect(shareCause('GATEWAY', ['METER_OFFLINE', 'SEQUENCE_GAPS'], false)).toBe(true);
    expect(shareCause('GATEWAY', ['GATEWAY_OFFLINE', 'METER_OFFLINE', 'CLOCK_DRIFT'], true)).toBe(true);
    expect(shareCause('GATEWAY', ['METER_OFFLINE', 'CLOCK_DRIFT'], false)).toBe(false);
  });

  it('unlike hazards below one feeder or behind one gateway never do', () => {
    for (const isAlarmed of [true, false]) {
      expect(shareCause('FEEDER', ['LEAKAGE', 'METER_OFFLINE'], isAlarmed)).toBe(false);
      expect(shareCause('GATEWAY', ['OVERLOAD', 'METER_OFFLINE'], isAlarmed)).toBe(false);
    }
  });

  it('overloads of rooms belong to their feeder while that is alarmed, not before', () => {
    expect(shareCause('FEEDER', ['FEEDER_80', 'OVERLOAD', 'OVERLOAD'], true)).toBe(true);
    expect(shareCause('FEEDER', ['OVERLOAD', 'OVERLOAD'], false)).toBe(false);
  });
});
