import type { MeterFaultKind } from './faults';
import type { SimulatedMeter } from './simulatedMeter';
import type { SupplyNetwork } from './supplyNetwork';

/** Moves the display where a fault of the register begins; the fault itself is over with that. */
export function startRegisterFault(
  network: SupplyNetwork,
  meter: SimulatedMeter,
  kind: MeterFaultKind,
  ts: number,
): void {
  const { traits } = meter.load;
  const { registerReset, rollover } = meter.faults;
  if (kind === 'registerReset' && registerReset) {
    showFrom(network, meter, ts, Number(registerReset.params.register));
    delete meter.faults.registerReset;
  }
  if (kind === 'rollover' && rollover) {
    showFrom(network, meter, ts, traits.registerModulus - Number(rollover.params.within));
    delete meter.faults.rollover;
  }
}

function showFrom(network: SupplyNetwork, meter: SimulatedMeter, ts: number, display: number): void {
  const { traits } = meter.load;
  const wantedMicro = Math.round(display * 1e6) * traits.ratio;
  meter.shiftMicro = wantedMicro - traits.startMicro - network.total(meter, ts);
}
