import { createRoute, z } from '@hono/zod-openapi';
import { topUpRequest, topUpSchema } from '../../../contracts/restAccounts';
import { restCode } from '../../../contracts/restCommon';
import { textFromMicro } from '../../../domain/units';
import { topUpAccount } from '../../services/accounts/topUp';
import {
  answer,
  depsOf,
  jsonBody,
  type RestApp,
  type RestDeps,
  requireScope,
  SECURITY,
  WRITE_PROBLEMS,
} from '../restApp';

const postTopUp = createRoute({
  method: 'post',
  path: '/accounts/{code}/top-ups',
  summary: 'Credits an account from campus card, cash desk or bank',
  description:
    '(channel, reference) can be credited once: the same amount again gives the same payment, another amount is 409.',
  tags: ['accounts'],
  security: SECURITY,
  request: { params: z.strictObject({ code: restCode }), body: jsonBody(topUpRequest) },
  responses: {
    200: answer('This reference had been credited before', topUpSchema),
    201: answer('Credited', topUpSchema),
    ...WRITE_PROBLEMS,
  },
});

export function registerTopUps(api: RestApp, deps: RestDeps): void {
  api.openapi(postTopUp, async (c) => {
    requireScope(c, 'CASH_DESK');
    const { code } = c.req.valid('param');
    const { amount, channel, reference, reason } = c.req.valid('json');
    const done = await topUpAccount(depsOf(c, deps), c.get('caller'), {
      accountCode: code,
      amount,
      channel,
      reference,
      reason,
    });
    const body: z.infer<typeof topUpSchema> = {
      payment: done.paymentId,
      account: code,
      amount: textFromMicro(done.amountMicro),
      channel,
      reference,
      tx: done.txId.toString(),
      units: done.unitsMicro === null ? null : textFromMicro(done.unitsMicro),
      balance: textFromMicro(done.balanceMicro),
      available: textFromMicro(done.availableMicro),
      commands: [...done.commandIds],
      replayed: done.replayed,
    };
    return done.replayed ? c.json(body, 200) : c.json(body, 201);
  });
}
