import en from '../../../components/i18n/messages/en/shell.json';
import zhCN from '../../../components/i18n/messages/zh-CN/shell.json';
import type { Caller } from '../../auth/caller';
import type { Action } from '../../auth/permissions';
import { soundsLike } from './soundsLike';

/** Names a page that somebody may look for. */
export type PageKey = keyof typeof en.page;

/** A page that was found; its name is the reader's own language's. */
export interface FoundPage {
  readonly key: PageKey;
  readonly href: string;
}

type Opens = (caller: Caller) => boolean;

/** Beyond the own room, as the page itself asks. */
const may =
  (...actions: Action[]): Opens =>
  (caller) =>
    actions.some((action) => {
      const permission = caller.permission(action);
      return permission !== null && permission.grant !== 'OWN_ROOM';
    });
/** Alone: not under one's own tag, nor with a second person. */
const fully =
  (action: Action): Opens =>
  (caller) =>
    caller.permission(action)?.grant === 'FULL';
const either =
  (...ways: Opens[]): Opens =>
  (caller) =>
    ways.some((opens) => opens(caller));
const both =
  (one: Opens, other: Opens): Opens =>
  (caller) =>
    one(caller) && other(caller);
const moneyAlarms: Opens = (caller) => caller.permission('VIEW_MONEY_ALARMS')?.scope.campusWide ?? false;

/** Every page of staff that stands alone, and whom it opens to; in the order of the navigation. */
const PAGES: Readonly<Record<PageKey, readonly [href: string, opens: Opens]>> = {
  overview: ['/overview', may('VIEW_OVERVIEW')],
  alarms: ['/alarms', either(may('VIEW_ALARMS'), moneyAlarms)],
  findings: ['/alarms/findings', may('VIEW_ALARMS')],
  performance: ['/alarms/review?tab=performance', may('VIEW_ALARMS')],
  journal: ['/alarms/review?tab=journal', may('VIEW_ALARMS')],
  rules: ['/admin/rules', may('VIEW_ALARMS')],
  map: ['/map', may('VIEW_MAP')],
  balances: ['/balances', may('VIEW_BAND')],
  quota: ['/quota', may('VIEW_QUOTA')],
  control: ['/control', may('VIEW_COMMANDS')],
  newJob: ['/control/new', either(fully('CUT'), fully('RESTORE'))],
  newSchedule: ['/control/schedules/new', both(fully('CUT'), fully('RESTORE'))],
  policy: ['/control/policy', may('REPLAY_POLICY')],
  grid: ['/grid', may('VIEW_MAP')],
  payments: ['/finance/payments', may('REFUND')],
  accounts: ['/finance/accounts', may('CASH_DESK')],
  ledger: ['/finance/ledger', may('VIEW_LEDGER')],
  tariffs: ['/finance/tariffs', may('VIEW_TARIFFS')],
  disputes: ['/finance/disputes', fully('DECIDE_DISPUTE')],
  health: ['/admin', may('VIEW_HEALTH')],
  meters: ['/admin/meters', may('VIEW_HEALTH')],
  people: ['/admin/people', may('VIEW_ALARMS')],
  walls: ['/admin/displays', may('MANAGE_DISPLAYS')],
  messages: ['/admin/notices', may('MANAGE_NOTICES')],
  keys: ['/admin/keys', may('MANAGE_KEYS')],
  settings: ['/settings', (caller) => caller.user !== null],
};

/** One letter begins too many words. */
const LEAST_LETTERS = 2;

/** Pages that open for the caller, by a part of their Chinese name, how it sounds, or words of the English one as they begin. */
export function searchPages(caller: Caller, text: string, limit: number): FoundPage[] {
  const words = ` ${text.toLowerCase()}`;
  const isMeant = (key: PageKey): boolean =>
    zhCN.page[key].includes(text) ||
    (text.length >= LEAST_LETTERS && ` ${en.page[key].toLowerCase()}`.includes(words)) ||
    soundsLike(text, { name: zhCN.page[key], code: '' });
  return (Object.keys(PAGES) as PageKey[])
    .filter((key) => isMeant(key) && PAGES[key][1](caller))
    .slice(0, limit)
    .map((key) => ({ key, href: PAGES[key][0] }));
}
