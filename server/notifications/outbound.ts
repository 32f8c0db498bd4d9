import { lookup as dnsLookup } from 'node:dns';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import { refused, retry, type SendOutcome } from './channel';
import { isPublicAddress } from './privateAddress';

const ANSWER_WITHIN_MS = 6_000;
const MAX_BYTES = 65_536;

export interface OutboundRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body?: string | Buffer;
  /** How long an answer is waited for, ms. */
  readonly withinMs?: number;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly body: string;
  /** Wait that the receiver asks for, ms; null: none. */
  readonly askedMs: number | null;
}

/** No answer came; `reason` is a code. `forGood`: asking again would be the same. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
  constructor(
    readonly reason: string,
    readonly forGood = false,
  ) {
    super(reason);
  }
}

/** How far requests may go. `PUBLIC`: only to the public Internet and over TLS, for addresses that people enter. */
export type Reach = 'ANYWHERE' | 'PUBLIC';

/**
 * One request to a receiver, with an end to waiting. Redirects are not followed. With reach `PUBLIC` the connection itself goes
 * to an address that was looked at, so a name can't be public for the check and private for the connection.
 * @throws Unanswered
 */
export function outbound(url: string, request: OutboundRequest, reach: Reach): Promise<OutboundAnswer> {
  const target = new URL(url);
  const problem = reach === 'PUBLIC' ? addressProblem(url) : null;
  if (problem !== null) return Promise.reject(new Unanswered(problem, true));
  const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      method: request.method,
      headers: { ...request.headers, 'User-Agent': 'Wattkeep' },
      signal: AbortSignal.timeout(request.withinMs ?? ANSWER_WITHIN_MS),
      ...(reach === 'PUBLIC' ? { lookup: publicLookup } : {}),
    };
    const outgoing = send(target, options, (answer) => {
      read(answer).then(resolve, (error: unknown) => reject(unansweredOf(error)));
    });
    outgoing.on('error', (error) => reject(unansweredOf(error)));
    outgoing.end(request.body);
  });
}

/** Why people may not enter this address; null: they may. Names are looked up again at each use. */
export function addressProblem(url: string): 'ADDRESS_INVALID' | 'TLS_NEEDED' | 'ADDRESS_PRIVATE' | null {
  if (!URL.canParse(url)) return 'ADDRESS_INVALID';
  const { protocol, hostname, username, password } = new URL(url);
  if (username !== '' || password !== '') return 'ADDRESS_INVALID';
  if (protocol !== 'https:') return 'TLS_NEEDED';
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) return isPublicAddress(host) ? null : 'ADDRESS_PRIVATE';
  return host === 'localhost' || host.endsWith('.localhost') || !host.includes('.')
    ? 'ADDRESS_PRIVATE'
    : null;
}

/** Looks a name up and hands on public addresses alone. */
export const publicLookup: LookupFunction = (hostname, options, done) => {
  dnsLookup(hostname, { ...options, all: true }, (error, found) => {
    if (error) return done(error, []);
    const open = found.filter(({ address }) => isPublicAddress(address));
    if (open.length === 0) return done(new Unanswered('ADDRESS_PRIVATE', true), []);
    if (options.all) return done(null, open);
    done(null, open[0]!.address, open[0]!.family);
  });
};

async function read(answer: IncomingMessage): Promise<OutboundAnswer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MAX_BYTES) {
      answer.destroy();
      break;
    }
    parts.push(part);
  }
  return {
    status: answer.statusCode ?? 0,
    body: Buffer.concat(parts).toString('utf8'),
    askedMs: secondsOf(answer.headers['retry-after']),
  };
}

/** Retry-After in seconds; its form as a date is rare and left to our own wait. */
function secondsOf(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : null;
}

const CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'CONNECTION_REFUSED',
  ECONNRESET: 'CONNECTION_LOST',
  EPIPE: 'CONNECTION_LOST',
  ENOTFOUND: 'NAME_UNKNOWN',
  EAI_AGAIN: 'NAME_UNKNOWN',
  ETIMEDOUT: 'TIMEOUT',
};

function unansweredOf(error: unknown): Unanswered {
  if (error instanceof Unanswered) return error;
  if (!(error instanceof Error)) return new Unanswered('UNREACHABLE');
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return new Unanswered('TIMEOUT');
  const { code } = error as NodeJS.ErrnoException;
  return new Unanswered(
    CODES[code ?? ''] ?? (code?.startsWith('ERR_TLS') || code?.includes('CERT') ? 'TLS' : 'UNREACHABLE'),
  );
}

/**
 * Who answers with a status: the address that a person entered, which may refuse for good; a push service, whose address is the
 * browser's own and ends with it; or the provider of our settings, whose trouble says nothing of the person behind it.
 */
export type Answering = 'RECEIVER' | 'PUSH_SERVICE' | 'PROVIDER';

/** What an HTTP status means where the body says nothing more. 2xx: null. */
export function statusOutcome(
  { status, askedMs }: OutboundAnswer,
  answering: Answering = 'RECEIVER',
): SendOutcome | null {
  if (status >= 200 && status < 300) return null;
  const reason = `HTTP_${status}`;
  if (answering === 'PROVIDER' || status >= 500 || status === 408 || status === 425 || status === 429)
    return retry(reason, askedMs ?? undefined);
  return refused(reason, answering === 'PUSH_SERVICE' && (status === 404 || status === 410));
}

/** Sends and lets `judge` read the answer; whatever is no answer is tried again, unless it never can be one. */
export async function exchange(
  url: string,
  request: OutboundRequest,
  reach: Reach,
  judge: (answer: OutboundAnswer) => SendOutcome,
): Promise<SendOutcome> {
  try {
    return judge(await outbound(url, request, reach));
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    return error.forGood ? refused(error.reason) : retry(error.reason);
  }
}

/** A JSON object in an answer, or null. */
export function objectIn(body: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
