import type { BridgeReading } from '../enginePort';

/** A reading as the bridge hands it on, of a meter that tells nothing but its register. */
export function testReading(
  measured: Partial<BridgeReading['reading']>,
  way: Partial<Omit<BridgeReading, 'reading'>> = {},
): BridgeReading {
  return {
    site: 'north',
    gatewayCode: 'G1',
    rxMs: 1,
    topic: 'em/v1/north/gw/G1/up/data',
    raw: new Uint8Array(0),
    ...way,
    reading: {
      meterCode: 'E-1',
      tsMs: 1,
      boot: null,
      seq: null,
      registers: { EA: '1' },
      powerW: null,
      voltageV: null,
      currentA: null,
      pf: null,
      relay: null,
      valve: null,
      extra: null,
      epochMark: null,
      ...measured,
    },
  };
}
