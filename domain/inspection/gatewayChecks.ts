import { checkOf, type DeviceCheck, found } from './deviceCheck';

/** What a day of a gateway is judged by. */
export interface GatewayFacts {
  readonly dayMs: number;
  /** It has said something about itself, or one of its meters has through it. */
  readonly heard: boolean;
  /** How long its absence stood in the day, ms, and how often. */
  readonly awayMs: number;
  readonly absences: number;
  /** Meters behind it that were heard in the day, and those of them whose clocks are off by more than 60 s. */
  readonly metersHeard: number;
  readonly metersDrifting: number;
  /** Since when its newest credential is in force, days; null: it has none. */
  readonly credentialDays: number | null;
  /** The campus keeps credentials here: some holder has one in force. */
  readonly keepsCredentials: boolean;
}

/** One per cent of a day is a quarter of an hour: more than a restart with new firmware takes. */
const LEAST_PRESENT = 0.99;
/** From half of its meters on it is the clock that they share: the gateway's. */
const SHARED_DRIFT = 0.5;

/** A gateway's day, check by check; relay, register and sensors are its meters'. */
export function inspectGateway(facts: GatewayFacts): readonly DeviceCheck[] {
  return [clockCheck(facts), presenceCheck(facts), credentialCheck(facts)];
}

/** CLOCK: fewer than half of the meters that it speaks for are more than 60 s off. It stamps what they measure. */
function clockCheck({ metersHeard, metersDrifting }: GatewayFacts): DeviceCheck {
  if (metersHeard === 0) return checkOf('CLOCK', found('NO_METER_HEARD'));
  const figures = { drifting: metersDrifting, meters: metersHeard };
  return checkOf(
    'CLOCK',
    found(metersDrifting >= SHARED_DRIFT * metersHeard ? 'METERS_DRIFT' : 'METERS_ON_TIME', figures),
  );
}

/** COMMS: present for at least 99 % of the day: 1 − the length of its absences ÷ the day. */
function presenceCheck({ heard, dayMs, awayMs, absences }: GatewayFacts): DeviceCheck {
  if (!heard) return checkOf('COMMS', found('NEVER_HEARD'));
  const share = dayMs === 0 ? 1 : Math.max(0, 1 - awayMs / dayMs);
  const percent = Math.floor(share * 1_000) / 10;
  return checkOf(
    'COMMS',
    share < LEAST_PRESENT
      ? found('GATEWAY_AWAY', { percent, absences })
      : found('GATEWAY_PRESENT', { percent }),
  );
}

/** CREDENTIALS: one in force, without which its commands can't be signed. Where the campus keeps none here they are another's. */
function credentialCheck({ credentialDays, keepsCredentials }: GatewayFacts): DeviceCheck {
  if (!keepsCredentials) return checkOf('CREDENTIALS', found('CREDENTIALS_ELSEWHERE'));
  return checkOf(
    'CREDENTIALS',
    credentialDays === null ? found('NO_CREDENTIAL') : found('CREDENTIAL_IN_FORCE', { days: credentialDays }),
  );
}
