/** Namespaces of the texts that a resident's pages are made of: half of all, on a phone that waits for them. */
export const RESIDENT_TEXTS: readonly string[] = [
  'codes',
  'commands',
  'common',
  'demo',
  'disputes',
  'errors',
  'live',
  'me',
  'notices',
  'rooms',
  'shell',
  'topup',
];
