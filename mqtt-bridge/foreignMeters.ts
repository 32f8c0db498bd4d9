import { contestedOwners, foreignBases, tasmotaBase, topicProblem } from '../contracts/foreignTopics';
import type { ForeignMeter } from './enginePort';
import type { MeterProfile } from './profiles/profile';
import { tasmotaProfile } from './profiles/tasmota';

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
    speaksAt: ({ meterCode, options }) => [
      tasmotaBase(meterCode, options, 'tele'),
      tasmotaBase(meterCode, options, 'stat'),
    ],
    listensAt: ({ meterCode, options }) => [tasmotaBase(meterCode, options, 'cmnd')],
  },
];

export interface ForeignMatch {
  meter: ForeignMeter;
  profile: MeterProfile<ForeignMeter>;
}

/** A meter that takes no part because of its topics, and why. */
export interface SetAsideMeter {
  readonly site: string;
  readonly meterCode: string;
  /** `TOPIC_SHARED`, or the rule of contracts/foreignTopics.ts that its name breaks. */
  readonly reason: string;
}

/**
 * Which topics belong to which meter of another dialect. Replaced as a whole when the configuration changes. An import
 * refuses bad and shared topics; should the database hold some nevertheless, those meters are neither heard nor commanded:
 * what comes on a shared topic can't be charged to any of them.
 */
export class ForeignMeters {
  private byBase = new Map<string, ForeignMatch>();
  private byMeter = new Map<string, ForeignMatch & { dialect: Dialect }>();
  /** Topics on which more than one meter speaks, with the campus that all of them belong to; null: several. */
  private sharedBases = new Map<string, string | null>();
  private withheld = new Map<string, ForeignAccess>();
  /** Meters that take no part, for the log. */
  setAside: readonly SetAsideMeter[] = [];

  /** Returns the names of profiles that no dialect has. */
  replace(meters: readonly ForeignMeter[]): string[] {
    const unknown = new Set<string>();
    const setAside: SetAsideMeter[] = [];
    this.byBase = new Map();
    this.byMeter = new Map();
    this.sharedBases = new Map();
    this.withheld = new Map();
    const known: (ForeignMatch & { dialect: Dialect })[] = [];
    for (const meter of meters) {
      const { site, meterCode, profile, options } = meter;
      const dialect = DIALECTS.find((candidate) => candidate.profile.name === profile);
      const problem = topicProblem(profile, meterCode, options);
      if (!dialect) unknown.add(profile);
      else if (problem) {
        this.withheld.set(keyOf(site, meterCode), { publishPrefixes: [], subscribePrefixes: [] });
        setAside.push({ site, meterCode, reason: problem.code });
      } else known.push({ meter, profile: dialect.profile, dialect });
    }
    const contested = contestedOwners(
      known.map((match) => ({
        owner: match,
        bases: foreignBases(match.meter.profile, match.meter.meterCode, match.meter.options),
      })),
    );
    for (const match of known) {
      const { meter, dialect } = match;
      const { site, meterCode } = meter;
      const rival = contested.get(match);
      if (!rival) {
        this.byMeter.set(keyOf(site, meterCode), match);
        for (const base of dialect.speaksAt(meter)) this.byBase.set(base, match);
        continue;
      }
      setAside.push({ site, meterCode, reason: 'TOPIC_SHARED' });
      // It may speak, so that what it says is kept where people look, but nothing reaches it.
      const speaksAt = dialect.speaksAt(meter);
      this.withheld.set(keyOf(site, meterCode), { publishPrefixes: speaksAt, subscribePrefixes: [] });
      for (const base of speaksAt)
        this.sharedBases.set(
          base,
          rival.meter.site === site && this.sharedBases.get(base) !== null ? site : null,
        );
    }
    this.setAside = setAside;
    return [...unknown];
  }

  /** The meter that speaks on this topic, or null. */
  ofTopic(topic: string): ForeignMatch | null {
    return this.byBase.get(baseOf(topic)) ?? null;
  }

  /** Where more than one meter claims this topic: the campus of all of them, null if they are of several. */
  sharedTopic(topic: string): { site: string | null } | null {
    const site = this.sharedBases.get(baseOf(topic));
    return site === undefined ? null : { site };
  }

  ofMeter(site: string, meterCode: string): ForeignMatch | null {
    return this.byMeter.get(keyOf(site, meterCode)) ?? null;
  }

  /** What to subscribe to. */
  filters(): string[] {
    return [...this.byBase.keys(), ...this.sharedBases.keys()].map((base) => `${base}+`);
  }

  /** Null for a meter that speaks our own dialect. */
  access(site: string, meterCode: string): ForeignAccess | null {
    const key = keyOf(site, meterCode);
    const match = this.byMeter.get(key);
    if (!match) return this.withheld.get(key) ?? null;
    return {
      publishPrefixes: match.dialect.speaksAt(match.meter),
      subscribePrefixes: match.dialect.listensAt(match.meter),
    };
  }
}

const baseOf = (topic: string): string => topic.slice(0, topic.lastIndexOf('/') + 1);
const keyOf = (site: string, meterCode: string): string => `${site}/${meterCode}`;
