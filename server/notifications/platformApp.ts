import type { AccessToken } from './accessToken';
import { refused, retry, SENT, type SendOutcome } from './channel';
import { objectIn, outbound, statusOutcome, Unanswered } from './outbound';

/** Token unknown, wrong or over: a new one is asked for and the message sent again at once. */
const TOKEN_OVER = new Set([40001, 40014, 42001, 42007]);
/** Busy, or over the rate or the daily number. */
const PASSING = new Set([-1, 45009, 45033, 45047]);

/**
 * One message through an app of WeChat or WeCom, whose answers share one form, `{errcode, errmsg}`.
 * @param refusals codes by which the receiver is no more, as `gone`
 */
export async function sendByApp(
  tokens: AccessToken,
  urlOf: (token: string) => string,
  payload: object,
  { name, gone }: { name: string; gone: ReadonlySet<number> },
): Promise<SendOutcome> {
  const body = JSON.stringify(payload);
  try {
    for (let again = true; ; again = false) {
      const token = await tokens.get();
      const answer = await outbound(
        urlOf(token),
        { method: 'POST', headers: { 'Content-Type': 'application/json' }, body },
        'ANYWHERE',
      );
      const bad = statusOutcome(answer, 'PROVIDER');
      if (bad) return bad;
      const code = objectIn(answer.body)?.errcode;
      if (code === 0) return SENT;
      if (typeof code !== 'number') return retry('ANSWER_UNREADABLE');
      if (TOKEN_OVER.has(code)) {
        tokens.forget(token);
        if (again) continue;
        return retry(`${name}_${code}`);
      }
      if (PASSING.has(code)) return retry(`${name}_${code}`, 60_000);
      return refused(`${name}_${code}`, gone.has(code));
    }
  } catch (error) {
    if (error instanceof Unanswered) return error.forGood ? refused(error.reason) : retry(error.reason);
    throw error;
  }
}
