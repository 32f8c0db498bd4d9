import { floorDiv } from '../units';

/** What flows into and out of a feeder in one interval, all interpolated to the same edges; µkWh or µm³. */
export interface FeederFlows {
  readonly importMicro: bigint;
  readonly pvMicro: bigint;
  readonly exportMicro: bigint;
  readonly childrenMicro: bigint;
  /** Share of the meters below that reported for the whole interval, in millionths. */
  readonly completenessPpm: number;
  /** Largest clock drift among the meters involved (s, absolute). */
  readonly driftMaxS: number;
}

/** UNKNOWN is shown as such, never as 0. `lossPpm` is the unexplained share of the supply in millionths, floored. */
export type LineLoss =
  | {
      readonly known: true;
      readonly lossMicro: bigint;
      readonly supplyMicro: bigint;
      readonly lossPpm: bigint;
    }
  | { readonly known: false; readonly reason: 'INCOMPLETE' | 'CLOCK_DRIFT' | 'NO_SUPPLY' };

export const COMPLETENESS_MIN_PPM = 980_000;
export const DRIFT_MAX_S = 60;

const PPM = 1_000_000n;

/**
 * Energy that went into a feeder and that no meter below explains: import + PV − export − Σ children, as a share of
 * import + PV − export. It holds losses, metering error and theft. Negative if the children measured more than came in.
 */
export function lineLoss(flows: FeederFlows): LineLoss {
  if (flows.completenessPpm < COMPLETENESS_MIN_PPM) return { known: false, reason: 'INCOMPLETE' };
  if (flows.driftMaxS > DRIFT_MAX_S) return { known: false, reason: 'CLOCK_DRIFT' };
  const supplyMicro = flows.importMicro + flows.pvMicro - flows.exportMicro;
  if (supplyMicro <= 0n) return { known: false, reason: 'NO_SUPPLY' };
  const lossMicro = supplyMicro - flows.childrenMicro;
  return { known: true, lossMicro, supplyMicro, lossPpm: floorDiv(lossMicro * PPM, supplyMicro) };
}
