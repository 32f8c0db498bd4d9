import { createHash, timingSafeEqual } from 'node:crypto';
import type { MqttHolder } from '../../engine/credentials';
import type { MqttIdentity } from './accessRules';

/** Who logs in at the embedded broker: a gateway or direct meter by its credential, or a server that reads live frames. */
export function createIdentify(options: {
  verify: (username: string, password: string) => Promise<MqttHolder | null>;
  /** Null: there is no such user. */
  live: { username: string; password: string } | null;
}): (username: string, password: string) => Promise<MqttIdentity | null> {
  const { verify, live } = options;
  return async (username, password) => {
    if (live && username === live.username) {
      return isSame(password, live.password) ? { role: 'LIVE' } : null;
    }
    const holder = await verify(username, password);
    return holder && { role: 'NODE', site: holder.campusCode, kind: holder.kind, code: holder.code };
  };
}

/** Equal texts, compared in a time that does not tell how much of them is equal. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
