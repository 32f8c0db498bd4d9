import type { Database } from '../db/client';
import { releaseSpike } from '../domain/metering/register';
import { endHeldCharge } from './chargeGuard';
import type { Closing, EngineContext } from './context';
import { decideHeldCharge, type HeldCharge, type HeldChargeAsk } from './decideHeldCharge';
import { rateInto } from './rateInto';
import { acceptHeld, replayHeld } from './replayHeld';

export interface HeldChargeRelease extends HeldChargeAsk {
  /** What was found, for the alarm's history. */
  readonly note: string;
}

export interface ReleasedCharge {
  /** What the held readings came to, µ of the utility's unit. */
  readonly quantityMicro: bigint;
}

/**
 * A person looked at a charge that was held (BALANCE_ANOMALY) and lets it be taken: all readings held since are charged in their
 * order, at the prices that hold now, so that a wrong tariff is corrected first. Supply follows the account's credit from here on.
 * @param closing writes the audit line of the act into its transaction
 * @throws DomainError conflict/NO_HELD_CHARGE where nothing is held for its charge at the point
 */
export function releaseHeldCharge(
  database: Database,
  context: EngineContext,
  ask: HeldChargeRelease,
  closing?: Closing<ReleasedCharge>,
): Promise<ReleasedCharge> {
  const { actor, note } = ask;
  return decideHeldCharge(
    database,
    context,
    ask,
    async (held) => {
      const { tx, work, accounts, watched, point } = held;
      await chargeJump(held);
      const afterMs = watched.register!.lastMs;
      await replayHeld(tx, work, accounts, watched, point, { afterMs, released: true });
      endHeldCharge(work, watched, point, work.now, { kind: 'RELEASED', actor, note });
      return { quantityMicro: work.hourly().reduce((sum, hour) => sum + hour.quantityMicro, 0n) };
    },
    closing,
  );
}

/** A level that no register rule proved is charged as estimated, up to the first reading that shows it. */
async function chargeJump({ tx, work, accounts, watched, point }: HeldCharge): Promise<void> {
  const { register } = watched;
  const jump = register?.highHold?.charge === false ? releaseSpike(register) : null;
  if (!jump) return;
  watched.register = jump.state;
  acceptHeld(work, watched, jump);
  for (const interval of jump.intervals) await rateInto(tx, work, accounts, watched.meter, point, interval);
}
