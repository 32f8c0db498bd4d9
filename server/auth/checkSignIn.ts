import bcrypt from 'bcryptjs';
import type { Source } from '../../db/queries/scope';
import { findSignIn } from '../../db/queries/users';
import { DomainError } from '../../domain/errors';
import type { SignInLimit } from './signInLimit';

/** Compared where the name is unknown, so that an answer takes as long as for a known one. */
const NOBODYS_HASH = '$2b$10$PrKy6eFyjyvIZOl0zKT0qOFFCP2617AAvgOEYVWQWNim7qCV3G7lC';
const MAX_NAME = 64;
/** bcrypt reads 72 bytes; what is longer would be compared in part only. */
const MAX_PASSWORD_BYTES = 72;

export interface SignInDeps {
  readonly database: Source;
  readonly signInLimit: SignInLimit;
  /** True in demo and test builds alone: a tap on a listed name signs in without a password. */
  readonly demo: boolean;
}

export interface SignInAttempt {
  readonly name: string;
  readonly password: string;
  /** Asked for by the demo's one-tap list; refused elsewhere. */
  readonly oneTap: boolean;
  /** Address of the client. */
  readonly address: string;
}

export interface SignedIn {
  readonly userId: number;
  readonly sessionVersion: number;
}

/** Hash of a new password. @throws DomainError `invalid` when it has fewer than 8 characters or more than 72 bytes. */
export async function hashPassword(password: string): Promise<string> {
  if (password.length < 8 || Buffer.byteLength(password) > MAX_PASSWORD_BYTES) {
    throw new DomainError('invalid', 'PASSWORD_LENGTH', 'A password has 8 characters to 72 bytes.', {
      field: '/password',
    });
  }
  return bcrypt.hash(password, 10);
}

/**
 * Checks a name and password. Null: wrong name, wrong password or a disabled user, which a caller must not tell apart.
 * @throws DomainError `refused` `TOO_MANY_ATTEMPTS` with `retryAfterS`
 */
export async function checkSignIn(deps: SignInDeps, attempt: SignInAttempt): Promise<SignedIn | null> {
  const waitS = deps.signInLimit.take(attempt.name.slice(0, MAX_NAME), attempt.address);
  if (waitS > 0) {
    throw new DomainError('refused', 'TOO_MANY_ATTEMPTS', 'Too many attempts. Wait before the next one.', {
      retryAfterS: waitS,
    });
  }
  const storable = attempt.name.length <= MAX_NAME && !/\0|\p{Surrogate}/u.test(attempt.name);
  const user = storable && attempt.name !== '' ? await findSignIn(deps.database, attempt.name) : null;
  const fits = Buffer.byteLength(attempt.password) <= MAX_PASSWORD_BYTES;
  const matches =
    attempt.oneTap && deps.demo
      ? user !== null
      : await bcrypt.compare(fits ? attempt.password : '', user?.passwordHash ?? NOBODYS_HASH);
  if (!user || !matches || user.disabled || (!fits && !attempt.oneTap)) return null;
  deps.signInLimit.succeeded(attempt.name, attempt.address);
  return { userId: user.id, sessionVersion: user.sessionVersion };
}
