import type { DesiredSupply, SwitchPosition } from '../supply/supplyState';
import { checkOf, checkOfFaults, type DeviceCheck, type Finding, found } from './deviceCheck';

/** What a relay or valve is judged by. Times in ms UTC. */
export interface SwitchFacts {
  /** The meter has one, by its record or because it reported one. */
  readonly present: boolean;
  readonly position: SwitchPosition;
  /** When it was last reported; null: never. */
  readonly positionMs: number | null;
  readonly valveFault: boolean;
  /** Power or flow at the newest reading; null: not measured, or not an electricity meter. */
  readonly powerW: number | null;
  readonly wanted: DesiredSupply;
  /** Since when wish and position have been what they are: the later one; null: unknown. */
  readonly standsSinceMs: number | null;
  /** A command is under way, an attempt planned, or a refusal says why there is none: the difference is explained. */
  readonly explained: boolean;
  /** Direction of the last command that telemetry proved; null: none was. */
  readonly lastProven: 'OPEN' | 'CLOSED' | null;
  /** Switching commands of the day that failed, were not answered, or not proven. */
  readonly failed: number;
  /** Operations of the contacts that telemetry proved since it was fitted. */
  readonly operations: number;
}

/** A wish that is not met for so long is met by nobody: the longest wait before a new attempt is an hour. */
const MEET_WITHIN_MS = 3_600_000;
/** Through a contact that is open no more flows than its own electronics take (domain.md 5, tamper). */
const OPEN_MOST_W = 20;
/** Makers of latching relays of 60 to 100 A commonly give 10,000 operations under load; from four fifths on an exchange is planned. */
export const CONTACT_LIFE = 10_000;
const LIFE_SHARE = 0.8;

/**
 * RELAY (or valve): its measured position is the wanted one, or a command, attempt or refusal says why not; each switching command of
 * the day was proven by a later reading; the contacts are below four fifths of their life; nothing flows through an open one. A
 * position that was not reported in the day is unknown.
 */
export function switchCheck(
  facts: SwitchFacts,
  { fromMs, nowMs }: { readonly fromMs: number; readonly nowMs: number },
): DeviceCheck {
  if (!facts.present) return checkOf('RELAY', found('NO_SWITCH'));
  const faults: Finding[] = [];
  const seen = facts.positionMs !== null && facts.positionMs > fromMs;
  if (facts.valveFault && seen) faults.push(found('VALVE_FAULT'));
  if (seen && facts.position === 'OPEN' && facts.powerW !== null && facts.powerW > OPEN_MOST_W)
    faults.push(found('OPEN_WITH_LOAD', { powerW: Math.round(facts.powerW), limit: OPEN_MOST_W }));
  if (seen && isUnmet(facts, nowMs))
    faults.push(
      found('SWITCH_NOT_AS_WANTED', {
        position: facts.position,
        hours: Math.floor((nowMs - facts.standsSinceMs!) / 3_600_000),
        proven: facts.lastProven ?? 'NONE',
      }),
    );
  if (facts.failed > 0) faults.push(found('COMMANDS_NOT_PROVEN', { failed: facts.failed }));
  if (facts.operations >= LIFE_SHARE * CONTACT_LIFE)
    faults.push(found('CONTACT_LIFE', { operations: facts.operations, life: CONTACT_LIFE }));
  const rest =
    seen && facts.position !== 'UNKNOWN'
      ? found('SWITCH_AS_WANTED', { position: facts.position, operations: facts.operations })
      : found('SWITCH_UNSEEN');
  return checkOfFaults('RELAY', faults, rest);
}

function isUnmet({ position, wanted, standsSinceMs, explained }: SwitchFacts, nowMs: number): boolean {
  if (position === 'UNKNOWN' || explained || standsSinceMs === null) return false;
  return (position === 'CLOSED') !== (wanted === 'CONNECTED') && nowMs - standsSinceMs > MEET_WITHIN_MS;
}
