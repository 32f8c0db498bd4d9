import { DomainError } from '../domain/errors';
import type { SwitchOutcome } from './supplyDesk';

const REFUSALS: Record<string, string> = {
  LIFE_SAFETY: 'This point is protected for life safety: no rule and no person cuts it.',
  CREDIT_PROTECTED: 'This point is protected from cuts for credit.',
  MAINTENANCE_TAG: 'A maintenance tag blocks restoring.',
  GAS_NEVER_OPENED: 'A gas valve is opened by hand on site only.',
  GAS_ALARM_OPEN: 'A gas alarm is open here.',
  OFFLINE: 'The meter is known to be offline; nothing is sent to it.',
  STALE: 'The last reading is too old to restore on.',
  COMMAND_LIVE: 'A safety cut is still under way.',
  ARMED_BY_OTHER: 'Somebody else has this point open.',
  MAPPING_CHANGED: 'The meter was moved here less than an hour ago: confirm that it feeds this place.',
  RELAY_RATE: 'The relay has switched too often in the last hour.',
};

/** An interlock's refusal in words, with its facts. */
export function refusedSwitch({
  reason,
  facts,
}: Extract<SwitchOutcome, { kind: 'REFUSED' }>['verdict']): DomainError {
  const details: Record<string, string | number> = {};
  for (const [key, value] of Object.entries(facts)) if (value !== null) details[key] = value;
  return new DomainError('refused', reason, REFUSALS[reason] ?? reason, details);
}
