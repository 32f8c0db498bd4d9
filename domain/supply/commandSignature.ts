import { type CanonicalValue, jcs } from '../credit/jcs';

/** A command as published, without its signature. Times in ms UTC. */
export interface CommandBody {
  readonly v: 1;
  readonly cmd: string;
  readonly id: string;
  readonly op: string;
  readonly args: { readonly [key: string]: CanonicalValue };
  readonly iat: number;
  readonly exp: number;
  readonly why: string;
}

/** HMAC-SHA256 of a UTF-8 text under the gateway's or meter's key, hex. Passed in, so that domain needs no crypto package. */
export type HmacSha256Hex = (key: string, text: string) => string;

/** The exact text that is signed: the canonical JSON of the body without `sig`. */
export function commandSigningText({ v, cmd, id, op, args, iat, exp, why }: CommandBody): string {
  return jcs({ v, cmd, id, op, args, iat, exp, why });
}

/** The command as it goes to the meter. */
export function signCommand(
  body: CommandBody,
  key: string,
  hmac: HmacSha256Hex,
): CommandBody & { readonly sig: string } {
  return { ...body, sig: hmac(key, commandSigningText(body)) };
}

/** True if `sig` is the signature of `body` under `key`; for the simulator, which refuses what its key didn't sign. */
export function isCommandSignature(
  body: CommandBody,
  sig: string,
  key: string,
  hmac: HmacSha256Hex,
): boolean {
  return hmac(key, commandSigningText(body)) === sig.toLowerCase();
}
