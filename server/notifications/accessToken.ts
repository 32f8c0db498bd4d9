import { type OutboundRequest, objectIn, outbound, Unanswered } from './outbound';

/** A token is renewed this long before it ends. */
const RENEW_BEFORE_MS = 5 * 60_000;

/** How a platform gives tokens. */
export interface TokenRequest extends OutboundRequest {
  readonly url: string;
}

/**
 * The access token of an app at WeChat or WeCom: asked for once and kept until shortly before it ends, however many messages wait
 * for it. Both platforms hand the same token to every server as long as it lives.
 */
export class AccessToken {
  private known: { token: string; untilMs: number } | null = null;
  private asking: Promise<string> | null = null;

  constructor(
    private readonly request: TokenRequest,
    private readonly now: () => number,
  ) {}

  /** @throws Unanswered; `TOKEN_…` where the platform refuses the app */
  get(): Promise<string> {
    if (this.known && this.now() < this.known.untilMs) return Promise.resolve(this.known.token);
    this.asking ??= this.ask().finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  /** The platform no longer takes this token: the next one is asked for. */
  forget(token: string): void {
    if (this.known?.token === token) this.known = null;
  }

  private async ask(): Promise<string> {
    const { url, ...request } = this.request;
    const answer = await outbound(url, request, 'ANYWHERE');
    const said = objectIn(answer.body);
    const token = said?.access_token;
    const lasts = said?.expires_in;
    if (typeof token !== 'string' || typeof lasts !== 'number') {
      const code = said?.errcode;
      throw new Unanswered(typeof code === 'number' ? `TOKEN_${code}` : `TOKEN_HTTP_${answer.status}`);
    }
    this.known = { token, untilMs: this.now() + lasts * 1_000 - RENEW_BEFORE_MS };
    return token;
  }
}
