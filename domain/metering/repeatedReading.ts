import type { Channel } from './reading';

/** Register values of one meter and instant, µ. */
export type RegisterValues = Readonly<Partial<Record<Channel, bigint>>>;

/**
 * DUPLICATE: nothing new, dropped and counted. MERGE: the message adds registers (or only instantaneous fields) to what is
 * stored. CONFLICT: a register of the same instant has another value; the message goes to quarantine and charges nothing.
 */
export type RepeatVerdict =
  | { kind: 'DUPLICATE' }
  | { kind: 'MERGE'; added: RegisterValues }
  | { kind: 'CONFLICT'; channel: Channel };

/** Compares a message with what is stored for its instant. Registers alone decide; other fields always merge. */
export function judgeRepeat(stored: RegisterValues, incoming: RegisterValues): RepeatVerdict {
  const added: Partial<Record<Channel, bigint>> = {};
  let addsAny = false;
  for (const channel of Object.keys(incoming) as Channel[]) {
    const valueMicro = incoming[channel];
    if (valueMicro === undefined) continue;
    const known = stored[channel];
    if (known === undefined) {
      added[channel] = valueMicro;
      addsAny = true;
    } else if (known !== valueMicro) return { kind: 'CONFLICT', channel };
  }
  return addsAny ? { kind: 'MERGE', added } : { kind: 'DUPLICATE' };
}
