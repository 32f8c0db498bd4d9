import type { Clock } from '../../domain/time/clock';
import { nodeListener } from '../api/nodeAdapter';
import { clientAddress } from '../http/clientAddress';
import { RateLimit } from '../http/rateLimit';
import type { Listener } from '../http/route';
import type { LookDeps } from './lookAtOrders';
import { type NotificationRefused, ProviderUnavailable } from './provider';
import { NOTIFY_PATHS, type NotifyingChannel } from './providers';
import { type NotificationOutcome, takeNotification } from './takeNotification';

const MAX_BYTES = 64 * 1024;
/** Refused notifications that one address may have recorded: a burst, then one in two seconds. */
const REFUSED_BURST = 60;
const REFUSED_PER_S = 0.5;

/** Answers the payment providers' notifications, from the raw bytes on. */
export function paymentHooks(deps: LookDeps, realClock: Clock): Listener {
  const refused = new RateLimit(realClock, REFUSED_BURST, REFUSED_PER_S);
  const channels = Object.keys(NOTIFY_PATHS) as NotifyingChannel[];

  async function answer(request: Request, address: string): Promise<Response> {
    const { pathname } = new URL(request.url);
    const channel = channels.find((one) => NOTIFY_PATHS[one] === pathname);
    const provider = channel ? deps.providers.notifying(channel) : null;
    if (!channel || !provider) return text(404, 'Not found.');
    if (request.method !== 'POST') return text(405, 'POST only.');
    const body = Buffer.from(await request.arrayBuffer());
    const header = (name: string) => request.headers.get(name);
    try {
      const outcome = await takeNotification(
        deps,
        channel,
        provider,
        { body, header },
        {
          address,
          // What proves itself is always taken, whoever else writes from the same address.
          recordsRefusal: () => refused.take(address) === 0,
        },
      );
      return ANSWERS[channel](outcome);
    } catch (error) {
      if (error instanceof ProviderUnavailable)
        deps.engine.log.warn({ channel, why: error.message }, 'notification could not be confirmed');
      else deps.engine.log.error({ channel, err: error }, 'notification failed');
      // Not taken: the provider comes again.
      return channel === 'wechat' ? weChatFail(500, 'try again') : text(500, 'failure');
    }
  }

  return nodeListener({
    fetch: answer,
    maxBodyBytes: () => MAX_BYTES,
    // The route has put the client's address there, whatever stood there before.
    address: (req) => clientAddress(req, 1),
    onError: (error) => deps.engine.log.error({ err: error }, 'payment hook failed'),
  });
}

/** What each provider wants to hear. */
const ANSWERS: Record<NotifyingChannel, (outcome: NotificationOutcome) => Response> = {
  wechat: (outcome) =>
    outcome.kind === 'TAKEN'
      ? new Response(null, { status: 204 })
      : weChatFail(statusOf(outcome.refusal), outcome.refusal.reason),
  alipay: (outcome) =>
    outcome.kind === 'TAKEN' ? text(200, 'success') : text(statusOf(outcome.refusal), 'failure'),
  stripe: (outcome) =>
    outcome.kind === 'TAKEN' ? text(200, 'ok') : text(statusOf(outcome.refusal), 'refused'),
};

const statusOf = ({ reason }: NotificationRefused): number =>
  reason === 'MALFORMED' || reason === 'WRONG_MERCHANT' || reason === 'NOT_CONFIRMED' ? 400 : 401;

const text = (status: number, body: string): Response =>
  new Response(body, { status, headers: { 'Content-Type': 'text/plain; charset=utf-8' } });

const weChatFail = (status: number, message: string): Response =>
  new Response(JSON.stringify({ code: 'FAIL', message }), {
    status,
    headers: { 'Content-Type': 'application/json' },
  });
