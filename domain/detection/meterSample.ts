import type { Measured, MeterSample } from './streamingRule';

/** A reading that says nothing. */
export const NOTHING_MEASURED: Measured = {
  powerW: null,
  voltageV: null,
  currentA: null,
  pf: null,
  relay: null,
  valve: null,
  boot: null,
  seq: null,
  extra: null,
};

/** The object that is filled for one reading after the other; nothing was before. */
export function emptySample(): MeterSample {
  return {
    at: 0,
    measured: NOTHING_MEASURED,
    registerMicro: null,
    previousAt: null,
    previousPowerW: null,
    previousVoltageV: null,
    previousCurrentA: null,
    previousPf: null,
  };
}

/** Makes the reading that the sample holds the one before; what it does not mention stays as it was last said. */
export function rememberReading(sample: MeterSample): void {
  const { measured } = sample;
  sample.previousAt = sample.at;
  sample.previousPowerW = measured.powerW ?? sample.previousPowerW;
  sample.previousVoltageV = measured.voltageV ?? sample.previousVoltageV;
  sample.previousCurrentA = measured.currentA ?? sample.previousCurrentA;
  sample.previousPf = measured.pf ?? sample.previousPf;
}
