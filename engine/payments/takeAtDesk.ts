import type { Database, Tx } from '../../db/client';
import { lockDesk, OPENING_PREFIX, takenByHandSince } from '../../db/queries/payments';
import { DomainError, invalid } from '../../domain/errors';
import {
  DESK_ALONE_MICRO,
  KEYS_DAY_MICRO,
  REFUND_ALONE_MICRO,
  REFUND_DAY_MS,
  refundNeedsSecond,
} from '../../domain/payments/secondPerson';
import { fenTextFromMicro } from '../../domain/units';
import { applyTopUp, type TopUp, type TopUpOutcome } from '../applyTopUp';
import type { Closing, EngineContext } from '../context';
import { consents, needSecondAboveLimit, type TwoPeople } from '../needSecondPerson';

/** Money that somebody says they received: no provider vouches for it. */
export interface DeskTopUp extends TopUp, TwoPeople {}

/**
 * Credits what a cashier or another system received. Within 24 hours one person alone credits at most 500.00 to an account and
 * 20,000.00 in all, and more with a second person's consent; a key has nobody beside it: 500.00 to an account, and 50,000.00 for all
 * keys of the campus together.
 * @throws DomainError invalid `REFERENCE_OPENING`; refused `SECOND_PERSON`, `DESK_DAY`, `KEY_LIMIT`; and as `applyTopUp`
 */
export async function takeAtDesk(
  database: Database,
  ctx: EngineContext,
  topUp: DeskTopUp,
  closing?: Closing<TopUpOutcome>,
): Promise<TopUpOutcome> {
  if (topUp.channel === 'counter' && topUp.reference.startsWith(OPENING_PREFIX))
    throw invalid(
      '/reference',
      'REFERENCE_OPENING',
      `What begins with ${OPENING_PREFIX} stands for opening balances.`,
    );
  return applyTopUp(database, ctx, topUp, closing, (tx, accountId) => needLimits(tx, ctx, topUp, accountId));
}

async function needLimits(tx: Tx, ctx: EngineContext, topUp: DeskTopUp, accountId: number): Promise<void> {
  const { campusId, actor, amountMicro } = topUp;
  await lockDesk(tx.client, campusId);
  const taken = await takenByHandSince(
    tx.client,
    { campusId, accountId, actor, aloneMicro: REFUND_ALONE_MICRO },
    ctx.clock.now() - REFUND_DAY_MS,
  );
  const tooMuchForOne = refundNeedsSecond(amountMicro, taken.ofAccount);
  const day = amountMicro + taken.ofActor;
  if (actor.startsWith('key:')) {
    if (tooMuchForOne || day > KEYS_DAY_MICRO) throw keyLimit();
    return;
  }
  if (tooMuchForOne) await needSecondAboveLimit(tx, topUp);
  else if (day > DESK_ALONE_MICRO && !(await consents(tx, topUp)))
    throw new DomainError(
      'refused',
      'DESK_DAY',
      `Above ${fenTextFromMicro(DESK_ALONE_MICRO)} a day at one cash desk a second person must consent.`,
      { field: '/second' },
    );
}

function keyLimit(): DomainError {
  const [one, all] = [REFUND_ALONE_MICRO, KEYS_DAY_MICRO].map(fenTextFromMicro);
  return new DomainError(
    'refused',
    'KEY_LIMIT',
    `API keys credit at most ${one} a day to an account, and ${all} in all: the cash desk takes the rest, with a second person.`,
    { field: '/amount' },
  );
}
