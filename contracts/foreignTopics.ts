/**
 * Topics of meters that speak another dialect than ours, and what they may be called. They are made of free text in an
 * import, and one broker serves all campuses: so a name must stay clear of our own topics, of wildcards, and of every other
 * meter's topics. Import, bridge and broker accounts ask here, so that none of them is laxer than the others.
 */

type ProfileOptions = Readonly<Record<string, string | number | boolean>>;

export type TasmotaPrefix = 'tele' | 'stat' | 'cmnd';

const DEFAULT_FULL_TOPIC = '%prefix%/%topic%/';
/** Characters of either option; the firmware's own buffer holds 151 with the leaf, which is at most 22. */
const MAX_OPTION = 100;
const MAX_BASE = 128;
/** Wildcards, what only brokers may begin a topic with, our placeholders' sign, and what can't be seen or typed. */
const FORBIDDEN = /[+#$%\s\p{C}]/u;
const PREFIXES: readonly TasmotaPrefix[] = ['tele', 'stat', 'cmnd'];

function textOption(options: ProfileOptions, key: string): string | null {
  const value = options[key];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Topic of one prefix up to and with the last slash; means something only where `topicProblem` finds nothing. */
export function tasmotaBase(meterCode: string, options: ProfileOptions, prefix: TasmotaPrefix): string {
  const pattern = textOption(options, 'fullTopic') ?? DEFAULT_FULL_TOPIC;
  const topic = textOption(options, 'topic') ?? meterCode;
  // Functions, since a replacement text would read `$` for itself.
  const base = pattern.replaceAll('%prefix%', () => prefix).replaceAll('%topic%', () => topic);
  return base.endsWith('/') ? base : `${base}/`;
}

/** All topics that a meter uses, each up to and with the last slash; none for dialects that have no topics of their own. */
export function foreignBases(profile: string, meterCode: string, options: ProfileOptions): string[] {
  return profile === 'tasmota' ? PREFIXES.map((prefix) => tasmotaBase(meterCode, options, prefix)) : [];
}

/** Why an option can't stand; `message` names option and rule. */
export interface TopicProblem {
  readonly option: 'fullTopic' | 'topic';
  /** UPPER_SNAKE. */
  readonly code: string;
  readonly message: string;
}

/** The first rule that a meter's topic options break; null: none, or the dialect has no topics of its own. */
export function topicProblem(
  profile: string,
  meterCode: string,
  options: ProfileOptions,
): TopicProblem | null {
  if (profile !== 'tasmota') return null;
  for (const option of ['topic', 'fullTopic'] as const) {
    const value = options[option];
    if (value === undefined || value === '') continue;
    const problem = optionProblem(option, value);
    if (problem) return problem;
  }
  const named = options.fullTopic === undefined || options.fullTopic === '' ? 'topic' : 'fullTopic';
  for (const prefix of PREFIXES) {
    const base = tasmotaBase(meterCode, options, prefix);
    const refuse = (code: string, rule: string): TopicProblem => ({
      option: named,
      code,
      message: `${named}: ${rule}`,
    });
    if (base.startsWith('em/'))
      return refuse('TOPIC_RESERVED', 'the topic must not begin with em/, where our own topics are.');
    if (base.split('/').slice(0, -1).includes(''))
      return refuse(
        'TOPIC_EMPTY_LEVEL',
        'the topic must have no empty level (a slash at its start or two in a row).',
      );
    if (base.length > MAX_BASE)
      return refuse('TOPIC_TOO_LONG', `the topic must have at most ${MAX_BASE} characters in all.`);
  }
  return null;
}

function optionProblem(option: 'fullTopic' | 'topic', value: string | number | boolean): TopicProblem | null {
  const refuse = (code: string, rule: string) => ({ option, code, message: `${option}: ${rule}` });
  if (typeof value !== 'string') return refuse('TOPIC_NOT_TEXT', 'must be text.');
  if (value.length > MAX_OPTION)
    return refuse('TOPIC_TOO_LONG', `must have at most ${MAX_OPTION} characters.`);
  const isPattern = option === 'fullTopic';
  if (isPattern && !(value.includes('%prefix%') && value.includes('%topic%')))
    return refuse('TOPIC_PLACEHOLDER', 'must hold both %prefix% and %topic%.');
  // In one pass: of two, the second would find placeholders that only the first has put together.
  const literal = isPattern ? value.replace(/%prefix%|%topic%/g, '') : value;
  if (FORBIDDEN.test(literal))
    return refuse(
      'TOPIC_CHARACTER',
      `must hold no + # $, no space or control character${isPattern ? ', and % only in %prefix% and %topic%' : ' and no %'}.`,
    );
  if (!isPattern && value.split('/').includes(''))
    return refuse('TOPIC_EMPTY_LEVEL', 'must have no empty level (a slash at either end or two in a row).');
  return null;
}

/**
 * Owners whose topics another one's include, with one such other. Bases end with a slash, and whoever may use a base may use
 * all below it: so two collide when they are equal or one begins with the other.
 */
export function contestedOwners<Owner>(
  claims: Iterable<{ readonly owner: Owner; readonly bases: readonly string[] }>,
): Map<Owner, Owner> {
  const all = [...claims];
  const holders = new Map<string, Owner>();
  const contested = new Map<Owner, Owner>();
  const collide = (one: Owner, other: Owner): void => {
    if (one === other) return;
    if (!contested.has(one)) contested.set(one, other);
    if (!contested.has(other)) contested.set(other, one);
  };
  for (const { owner, bases } of all)
    for (const base of bases) {
      const holder = holders.get(base);
      if (holder === undefined) holders.set(base, owner);
      else collide(owner, holder);
    }
  for (const { owner, bases } of all)
    for (const base of bases)
      for (let end = base.indexOf('/'); end >= 0 && end < base.length - 1; end = base.indexOf('/', end + 1)) {
        const holder = holders.get(base.slice(0, end + 1));
        if (holder !== undefined) collide(owner, holder);
      }
  return contested;
}
