import type { GlyphName } from './glyphs';

/** Pages that stand in the navigation; the key is also the name of its text. */
export type NavKey =
  | 'overview'
  | 'alarms'
  | 'map'
  | 'grid'
  | 'balances'
  | 'quota'
  | 'control'
  | 'finance'
  | 'tickets'
  | 'admin'
  | 'me';

export interface NavItem {
  key: NavKey;
  href: string;
  glyph: GlyphName;
}

const ITEMS: Record<NavKey, NavItem> = {
  overview: { key: 'overview', href: '/overview', glyph: 'gauge' },
  alarms: { key: 'alarms', href: '/alarms', glyph: 'bell' },
  map: { key: 'map', href: '/map', glyph: 'map' },
  grid: { key: 'grid', href: '/grid', glyph: 'gauge' },
  balances: { key: 'balances', href: '/balances', glyph: 'grid' },
  quota: { key: 'quota', href: '/quota', glyph: 'bars' },
  control: { key: 'control', href: '/control', glyph: 'gauge' },
  finance: { key: 'finance', href: '/finance/ledger', glyph: 'bars' },
  tickets: { key: 'tickets', href: '/tickets', glyph: 'tag' },
  admin: { key: 'admin', href: '/admin', glyph: 'grid' },
  me: { key: 'me', href: '/me', glyph: 'person' },
};

/** What a role does; what it never does is hidden, not disabled. Pages that are not built yet are left out here. */
const BY_ROLE: Record<string, readonly NavKey[]> = {
  ENERGY_MANAGER: ['overview', 'alarms', 'map', 'balances', 'quota', 'control', 'grid', 'admin'],
  SECURITY: ['alarms', 'overview', 'map', 'balances', 'control'],
  WARDEN: ['overview', 'alarms', 'map', 'balances', 'control'],
  MAINTAINER: ['alarms', 'overview', 'map', 'control', 'admin'],
  FINANCE: ['alarms', 'balances', 'finance'],
  AUDITOR: ['overview', 'alarms', 'quota', 'control', 'finance', 'admin'],
  DEPARTMENT_HEAD: ['quota'],
  ADMIN: ['overview', 'alarms', 'map', 'control', 'admin'],
  STUDENT: ['me'],
};

const ORDER: readonly NavKey[] = [
  'overview',
  'alarms',
  'map',
  'balances',
  'quota',
  'control',
  'grid',
  'finance',
  'tickets',
  'admin',
  'me',
];

/** Navigation of a person: the pages of all their roles, in one fixed order. @param roles UPPER_SNAKE role codes */
export function navigationFor(roles: readonly string[]): NavItem[] {
  const keys = new Set(roles.flatMap((role) => BY_ROLE[role] ?? []));
  return ORDER.filter((key) => keys.has(key)).map((key) => ITEMS[key]);
}

/** Whether the page at `path` belongs to the item. A room, a meter or a building is reached by the map. */
export function isCurrent(item: NavItem, path: string): boolean {
  if (path === item.href || path.startsWith(`${item.href}/`)) return true;
  if (item.key === 'finance') return path.startsWith('/finance/');
  return item.key === 'map' && ['/rooms/', '/meters/', '/buildings/'].some((level) => path.startsWith(level));
}
