import { pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/**
 * Hashes of MQTT passwords in the text form of Mosquitto's password file (`$7$iterations$salt$hash`, PBKDF2 with
 * SHA-512), so that the embedded broker and an external one check the very same hash. Passwords are 144 random bits
 * made by us: few iterations are enough, and a thousand gateways that reconnect at once don't stall the broker.
 */

const derive = promisify(pbkdf2);
const ITERATIONS = 101;
const SALT_BYTES = 12;
const HASH_BYTES = 64;
const FORM = /^\$7\$(\d{1,7})\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)$/;

/** A new password of 144 bits in URL-safe text. */
export function makeMqttPassword(): string {
  return randomBytes(18).toString('base64url');
}

export async function hashMqttPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, ITERATIONS, HASH_BYTES, 'sha512');
  return `$7$${ITERATIONS}$${salt.toString('base64')}$${hash.toString('base64')}`;
}

/** False for a wrong password and for a hash that is none of ours. */
export async function checkMqttPassword(password: string, stored: string): Promise<boolean> {
  const match = FORM.exec(stored);
  if (!match) return false;
  const expected = Buffer.from(match[3]!, 'base64');
  const found = await derive(
    password,
    Buffer.from(match[2]!, 'base64'),
    Number(match[1]),
    expected.length,
    'sha512',
  );
  return expected.length > 0 && timingSafeEqual(found, expected);
}
