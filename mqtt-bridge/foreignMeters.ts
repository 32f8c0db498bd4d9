import type { ForeignMeter } from './enginePort';
import type { MeterProfile } from './profiles/profile';
import { tasmotaBase, tasmotaProfile } from './profiles/tasmota';

/** What the embedded broker lets a meter of another dialect do: topics that begin so. */
export interface ForeignAccess {
  publishPrefixes: string[];
  subscribePrefixes: string[];
}

interface Dialect {
  profile: MeterProfile<ForeignMeter>;
  /** Topics up to and with the last slash from which it speaks, and at which it listens. */
  speaksAt: (meter: ForeignMeter) => string[];
  listensAt: (meter: ForeignMeter) => string[];
}

/** Dialects beside the native one. A new profile is listed here. */
const DIALECTS: readonly Dialect[] = [
  {
    profile: tasmotaProfile,
    speaksAt: (meter) => [tasmotaBase(meter, 'tele'), tasmotaBase(meter, 'stat')],
    listensAt: (meter) => [tasmotaBase(meter, 'cmnd')],
  },
];

export interface ForeignMatch {
  meter: ForeignMeter;
  profile: MeterProfile<ForeignMeter>;
}

/** Which topics belong to which meter of another dialect. Replaced as a whole when the configuration changes. */
export class ForeignMeters {
  private byBase = new Map<string, ForeignMatch>();
  private byMeter = new Map<string, ForeignMatch & { dialect: Dialect }>();

  /** Returns the names of profiles that no dialect has. */
  replace(meters: readonly ForeignMeter[]): string[] {
    const unknown = new Set<string>();
    this.byBase = new Map();
    this.byMeter = new Map();
    for (const meter of meters) {
      const dialect = DIALECTS.find(({ profile }) => profile.name === meter.profile);
      if (!dialect) {
        unknown.add(meter.profile);
        continue;
      }
      const match = { meter, profile: dialect.profile, dialect };
      this.byMeter.set(keyOf(meter.site, meter.meterCode), match);
      for (const base of dialect.speaksAt(meter)) this.byBase.set(base, match);
    }
    return [...unknown];
  }

  /** The meter that speaks on this topic, or null. */
  ofTopic(topic: string): ForeignMatch | null {
    return this.byBase.get(topic.slice(0, topic.lastIndexOf('/') + 1)) ?? null;
  }

  ofMeter(site: string, meterCode: string): ForeignMatch | null {
    return this.byMeter.get(keyOf(site, meterCode)) ?? null;
  }

  /** What to subscribe to. */
  filters(): string[] {
    return [...this.byBase.keys()].map((base) => `${base}+`);
  }

  access(site: string, meterCode: string): ForeignAccess | null {
    const match = this.byMeter.get(keyOf(site, meterCode));
    if (!match) return null;
    return {
      publishPrefixes: match.dialect.speaksAt(match.meter),
      subscribePrefixes: match.dialect.listensAt(match.meter),
    };
  }
}

const keyOf = (site: string, meterCode: string): string => `${site}/${meterCode}`;
