import type { Database } from '../db/client';
import type { PublishedKey } from '../domain/credit/receipt';
import type { Clock } from '../domain/time/clock';
import type { EngineLog } from '../engine/context';
import type { DrillResult } from '../engine/tamperDrill';
import type { SignInLimit } from './auth/signInLimit';
import type { RateLimit } from './http/rateLimit';
import type { LiveAccess } from './live/liveAccess';
import type { NoticeDesk } from './notifications/noticeDesk';
import type { PaymentDesk } from './payments/paymentDesk';
import type { InspectLimit } from './services/meters/inspectLimit';

/**
 * What the process root lends to request handlers. Next bundles its own copy of every module, so a module's own state
 * exists twice in one process; whatever must exist once stands here, on `globalThis`.
 */
export interface RequestHost {
  readonly database: Database;
  /** Business time. */
  readonly clock: Clock;
  /** Time that runs as the machine's does, for rate limits; the demo's clock may jump. */
  readonly realClock: Clock;
  readonly log: EngineLog;
  readonly authSecret: string;
  /** Address by which browsers reach the product, without a trailing slash. */
  readonly publicUrl: string;
  readonly demo: boolean;
  /** The customer's own map token; null: MapLibre and no outside request. */
  readonly mapboxToken: string | null;
  /** Control port of the simulator; null outside demo and tests. */
  readonly simulatorPort: number | null;
  /** Identifies the build; walls reload when it changes. */
  readonly buildId: string;
  /** Public key by which the ledger's checkpoints are signed now; empty: none is set. Those before it stand in the database. */
  readonly ledgerKeys: readonly PublishedKey[];
  /** The newest tamper drill of the demo, for its walls. */
  readonly drill: { last: DrillResult | null };
  readonly signInLimit: SignInLimit;
  /** Pairing codes per address. */
  readonly pairingLimit: RateLimit;
  /** Looks at meters that people ask for. */
  readonly inspectLimit: InspectLimit;
  /** The live memory, which lives with the process root. */
  readonly live: LiveAccess;
  /** The payment providers, which live with the process root. */
  readonly payments: PaymentDesk;
  /** The channels of notices, which live with the process root. */
  readonly notices: NoticeDesk;
}

const shared = globalThis as typeof globalThis & { wattkeepRequestHost?: RequestHost };

/** Called once by the process root, before the first request. */
export function shareRequestHost(host: RequestHost): void {
  shared.wattkeepRequestHost = host;
}

/** @throws Error when the process was not started by `server/main.ts`. */
export function requestHost(): RequestHost {
  const host = shared.wattkeepRequestHost;
  if (!host) throw new Error('No request host: start the product with server/main.ts, not with next start.');
  return host;
}
