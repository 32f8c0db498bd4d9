import type { Database, Tx } from '../../db/client';
import { OPENING_PREFIX } from '../../db/queries/payments';
import { DomainError, invalid } from '../../domain/errors';
import { KEYS_DAY_MICRO, REFUND_ALONE_MICRO } from '../../domain/payments/secondPerson';
import { fenTextFromMicro } from '../../domain/units';
import { applyTopUp, type TopUp, type TopUpOutcome } from '../applyTopUp';
import type { Closing, EngineContext } from '../context';
import type { TwoPeople } from '../needSecondPerson';
import { limitOfOne, needSecondByHand } from './handLimits';

/** Money that somebody says they received: no provider vouches for it. */
export type DeskTopUp = TopUp & TwoPeople;

/**
 * Credits what a cashier or another system received. Within 24 hours one person alone credits at most 500.00 to an account and
 * 20,000.00 in all, bank lists included, and more with a second person's consent; a key has nobody beside it: 500.00 to an account, and 50,000.00 for all
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
  return applyTopUp(database, ctx, topUp, closing, (tx) => needLimits(tx, ctx, topUp));
}

async function needLimits(tx: Tx, ctx: EngineContext, topUp: DeskTopUp): Promise<void> {
  const now = ctx.clock.now();
  if (!topUp.actor.startsWith('key:')) await needSecondByHand(tx, topUp, now);
  else if ((await limitOfOne(tx, topUp, now)) !== null) throw keyLimit();
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
