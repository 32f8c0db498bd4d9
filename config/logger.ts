import pino, { type Logger } from 'pino';

/** Keys whose values identify a person or open a door; their values never reach a log, at any depth up to three. */
const HIDDEN_KEYS = [
  'name',
  'personName',
  'contact',
  'phone',
  'email',
  'cardNo',
  'password',
  'secret',
  'token',
  'apiKey',
  'signingKey',
  'authorization',
  'cookie',
];

const HIDDEN_PATHS = HIDDEN_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

/**
 * An error as far as it may leave the machine. Database errors quote the values of the query (names, contacts) in message,
 * detail and stack: of those only the code, the constraint and the places in our code are kept.
 */
function loggedError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const cause = error.cause instanceof Error ? error.cause : error;
  const { code, constraint } = cause as { code?: unknown; constraint?: unknown };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const fromDatabase = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code);
  return {
    type: error.name,
    message: fromDatabase || error.name === 'DrizzleQueryError' ? 'a database query failed' : error.message,
    ...(code === undefined ? {} : { code }),
    ...(constraint === undefined ? {} : { constraint }),
    stack: frames.join('\n'),
  };
}

/**
 * One JSON line per event on stdout, tagged with the process. Log ids, codes and counts; persons are known to the
 * database alone, so a log can be handed to support as it is.
 */
export function createLogger(process: string, level: string, destination?: pino.DestinationStream): Logger {
  return pino(
    {
      level,
      base: { process },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: loggedError },
      redact: { paths: HIDDEN_PATHS, censor: '[hidden]' },
    },
    destination ?? pino.destination(1),
  );
}
