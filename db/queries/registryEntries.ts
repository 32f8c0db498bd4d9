import type { Channel, Utility } from '../../domain/metering/reading';
import type { FreeBook } from '../../domain/tariffs/freeUnits';
import type { TariffCalendar, TariffVersion } from '../../domain/tariffs/tariff';
import type { TariffBook } from '../../domain/tariffs/tariffBook';
import type { AccountUnit } from '../../domain/tariffs/unitSale';
import type { CampusZone } from '../../domain/time/campusTime';
import type { CreditPolicy } from './storedPolicy';

/**
 * All that ingestion, policies and commands must know of meters, points, accounts, tariffs and policies, read in one pass
 * and kept until `campus.config_version` moves. Spans are half-open [fromMs, toMs), ms UTC; `toMs` null: open.
 */
export interface Registry {
  readonly campuses: ReadonlyMap<number, CampusEntry>;
  readonly campusByCode: ReadonlyMap<string, CampusEntry>;
  readonly meters: ReadonlyMap<number, MeterEntry>;
  readonly points: ReadonlyMap<number, PointEntry>;
  readonly accounts: ReadonlyMap<number, AccountEntry>;
  readonly tariffs: ReadonlyMap<number, TariffEntry>;
}

export interface CampusEntry {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly zone: CampusZone;
  readonly currency: string;
  readonly lateLimitDays: number;
  /** Charges that end up to here stand for good (ms UTC); null: no month is locked. */
  readonly lockedUntilMs: number | null;
  readonly configVersion: number;
  readonly meterByCode: ReadonlyMap<string, MeterEntry>;
  readonly gatewayByCode: ReadonlyMap<string, GatewayEntry>;
  /** Newest version of each policy, by code. */
  readonly policies: ReadonlyMap<string, CreditPolicy>;
  /** Newest thresholds of each alarm rule that has any, for the campus (`spaceId` null) and for spaces. */
  readonly ruleSettings: ReadonlyMap<string, readonly RuleSettingEntry[]>;
}

export interface RuleSettingEntry {
  readonly spaceId: number | null;
  readonly body: Readonly<Record<string, number | string | boolean>>;
}

export interface GatewayEntry {
  readonly gatewayId: number;
  readonly code: string;
  readonly campusId: number;
  readonly spaceId: number | null;
}

export interface MeterEntry {
  readonly meterId: number;
  readonly code: string;
  readonly campusId: number;
  readonly utility: Utility;
  readonly phases: 1 | 3;
  /** ct·pt in millionths. */
  readonly ratioMicro: bigint;
  /** On the display, before the ratio; null: never rolls over. */
  readonly modulusMicro: bigint | null;
  readonly registerDecimals: number;
  readonly imaxA: number;
  readonly qmaxM3h: number | null;
  readonly intervalS: number;
  readonly hasRelay: boolean;
  readonly gatewayId: number | null;
  readonly gatewayCode: string | null;
  readonly profile: string;
  readonly profileOptions: Readonly<Record<string, string | number | boolean>>;
  readonly resetsToZero: boolean;
  /** The register that is charged. */
  readonly billingChannel: Channel;
  /** Period codes of EA_T1 to EA_T4, as far as the profile names them. */
  readonly ratePeriods: readonly string[];
  readonly retired: boolean;
  /** Where it is and was fitted, in order of time. Registers in primary µ (after ct·pt). */
  readonly installs: readonly InstallSpan[];
  /** The point of its newest install; null: never fitted. */
  readonly point: PointEntry | null;
  /** Who pays for that point. */
  readonly payers: readonly PayerSpan[];
}

export interface InstallSpan {
  readonly pointId: number;
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly startMicro: bigint | null;
  readonly endMicro: bigint | null;
}

export interface PointEntry {
  readonly pointId: number;
  readonly pointCode: string;
  readonly campusId: number;
  readonly utility: Utility;
  readonly spaceId: number;
  /** Ids from the root to the space itself. */
  readonly spacePath: readonly number[];
  readonly role: 'CUSTOMER' | 'PUBLIC' | 'FEEDER' | 'CHECK' | 'PV' | 'TENANT';
  readonly capacityW: number | null;
  /** Overload limit that staff set, W; null: none. */
  readonly limitW: number | null;
  /** What the resident lowered it to, in force at the meter, W; null: nothing. */
  readonly ownLimitW: number | null;
  readonly overloadAction: 'TRIP' | 'ALARM';
  readonly protection: 'NONE' | 'CREDIT' | 'LIFE_SAFETY';
  readonly payers: readonly PayerSpan[];
  /** Points above it in the network now. */
  readonly feeders: readonly { readonly pointId: number; readonly sign: 1 | -1 }[];
  /** Meters that serve or served it, in order of time. */
  readonly meterIds: readonly number[];
}

export interface PayerSpan {
  readonly accountId: number;
  readonly accountCode: string;
  readonly accountKind: AccountEntry['kind'];
  readonly policyCode: string;
  readonly fromMs: number;
  readonly toMs: number | null;
}

export interface AccountEntry {
  readonly accountId: number;
  readonly code: string;
  readonly campusId: number;
  readonly kind: 'ROOM' | 'PERSON' | 'DEPT' | 'PUBLIC';
  readonly status: 'ACTIVE' | 'CLOSED';
  readonly spaceId: number | null;
  readonly policyCode: string;
  /** What it holds in place of money; null: money. */
  readonly unit: AccountUnit | null;
  /** The tariff by which its units are sold; null: it holds money. */
  readonly soldById: number | null;
  /** Tariff spans by utility, in order of time. */
  readonly tariffs: ReadonlyMap<Utility, readonly TariffSpan[]>;
  /** Free units by utility; null: it is entitled to none. */
  readonly free: ReadonlyMap<Utility, FreeBook> | null;
  /** Points that it pays for or paid for. */
  readonly pointIds: readonly number[];
}

export interface TariffSpan {
  readonly tariffId: number;
  readonly fromMs: number;
  readonly toMs: number | null;
}

export interface TariffEntry {
  readonly tariffId: number;
  readonly code: string;
  readonly campusId: number;
  readonly utility: Utility;
  readonly calendar: TariffCalendar;
  /** In order of time; the `code` of each is the id of its row, as text. */
  readonly versions: readonly TariffVersion[];
  /** Number of each version within the tariff, by row id: what bills show. */
  readonly numbers: ReadonlyMap<number, number>;
  /** Ready for rating; null with `problem` in words where the stored versions can't be used. */
  readonly book: TariffBook | null;
  /** Prices of what is exported, apart; null: it pays for none. */
  readonly exportBook: TariffBook | null;
  readonly problem: string | null;
}
