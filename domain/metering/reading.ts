/** What a meter measures. Quantities are µkWh for ELECTRICITY and µm³ for WATER and GAS. */
export const UTILITIES = ['ELECTRICITY', 'WATER', 'GAS'] as const;
export type Utility = (typeof UTILITIES)[number];

/**
 * Cumulative registers. EA and EE active import and export, EA_T1 to EA_T4 the import by rate (kWh); ER and ERI reactive
 * import and export (kvarh); VOL raw volume, VOLC gas volume at base conditions (m³).
 */
export const CHANNELS = ['EA', 'EE', 'ER', 'ERI', 'EA_T1', 'EA_T2', 'EA_T3', 'EA_T4', 'VOL', 'VOLC'] as const;
export type Channel = (typeof CHANNELS)[number];

/** The rate registers, in the order in which a profile names their time-of-use periods. */
export const RATE_CHANNELS = ['EA_T1', 'EA_T2', 'EA_T3', 'EA_T4'] as const satisfies readonly Channel[];

export const isRateChannel = (channel: string): boolean => RATE_CHANNELS.some((known) => known === channel);

/** The register that is charged unless the meter's profile names another. */
export const BILLING_CHANNEL: Readonly<Record<Utility, Channel>> = {
  ELECTRICITY: 'EA',
  WATER: 'VOL',
  GAS: 'VOL',
};

/** The register that is charged. @param named `billingChannel` of the meter's profile options: a gas meter may correct its volume. */
export function billingChannelOf(utility: Utility, named: unknown): Channel {
  return utility === 'GAS' && named === 'VOLC' ? 'VOLC' : BILLING_CHANNEL[utility];
}

/**
 * VALID: usable by every rule. SUSPECT: held by the register rules or with a time that could not be trusted. ESTIMATED:
 * approved by a person. MISSING: known not to exist. CLOCK_FUTURE: the meter's clock ran ahead, arrival time was used.
 */
export const READING_QUALITIES = ['VALID', 'SUSPECT', 'ESTIMATED', 'MISSING', 'CLOCK_FUTURE'] as const;
export type ReadingQuality = (typeof READING_QUALITIES)[number];

/** Where the effective time of a reading comes from: the meter's clock or the arrival at the server. */
export const TS_SOURCES = ['DEVICE', 'RX'] as const;
export type TsSource = (typeof TS_SOURCES)[number];

/** A register value at an instant: effective time and value in µ, already multiplied by the meter's ct·pt. */
export interface RegisterReading {
  tsMs: number;
  valueMicro: bigint;
}
