import { pgErrorCode } from './client';

/** SQLSTATE classes that say nothing about the data: connection, resources, operator, system, rollback, lock. */
const DATABASE_CLASSES = new Set(['08', '53', '57', '58', '40', '55']);
const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'ENOENT',
  'EHOSTUNREACH',
]);
/** pg reports a lost or refused connection by words alone. */
const CONNECTION_WORDS = /connection|terminat|timeout|not queryable|the database system is/i;

/** True when an error tells of the database's absence, not of what was asked. */
export function blamesDatabase(error: unknown): boolean {
  for (let e = error; e instanceof Error; e = e.cause) {
    if ('code' in e && typeof e.code === 'string' && NETWORK_CODES.has(e.code)) return true;
    // Several addresses of one host, each refused.
    if (e instanceof AggregateError && e.errors.some(blamesDatabase)) return true;
  }
  const code = pgErrorCode(error);
  if (code !== undefined) return DATABASE_CLASSES.has(code.slice(0, 2));
  return error instanceof Error && error.constructor === Error && CONNECTION_WORDS.test(error.message);
}
