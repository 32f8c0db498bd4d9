import { createRoute, z } from '@hono/zod-openapi';
import { ledgerKeysSchema, receiptSchema } from '../../../contracts/restReceipts';
import { textFromMicro } from '../../../domain/units';
import { publishedKey } from '../../../engine/checkpointKey';
import { publishedKeys } from '../../../engine/ledgerKeys';
import { readReceipt } from '../../services/receipts/readReceipt';
import {
  answer,
  depsOf,
  instantsOf,
  PROBLEMS,
  type RestApp,
  type RestDeps,
  requireScope,
  SECURITY,
} from '../restApp';

const getReceipt = createRoute({
  method: 'get',
  path: '/ledger/transactions/{id}/receipt',
  summary: 'A transaction with the proof that it stands in the ledger',
  tags: ['ledger'],
  security: SECURITY,
  request: { params: z.object({ id: z.string().regex(/^[1-9]\d{0,17}$/) }) },
  responses: { 200: answer('The receipt', receiptSchema), ...PROBLEMS },
});

const getKeys = createRoute({
  method: 'get',
  path: '/ledger/keys',
  summary: 'Public keys under which the checkpoints are signed',
  tags: ['ledger'],
  security: SECURITY,
  responses: { 200: answer('The keys', ledgerKeysSchema), ...PROBLEMS },
});

export function registerReceipts(api: RestApp, deps: RestDeps): void {
  api.openapi(getReceipt, async (c) => {
    requireScope(c, 'VIEW_MONEY');
    const view = await readReceipt(depsOf(c, deps), c.get('caller'), { txId: c.req.valid('param').id });
    const { at } = instantsOf(c);
    const body: z.infer<typeof receiptSchema> = {
      txId: view.txId,
      kind: view.kind,
      at: at(view.atMs),
      account: view.accountCode,
      amount: textFromMicro(view.amountMicro),
      currency: view.currency,
      channel: view.payment?.channel ?? null,
      reference: view.payment?.reference ?? null,
      txHash: view.txHash,
      receipt: view.receipt,
      verifyPath: view.receipt === null ? null : `/verify#${view.receipt}`,
      checkpoint: view.checkpoint && {
        n: view.checkpoint.n,
        madeAt: at(view.checkpoint.madeMs),
        keyId: view.checkpoint.keyId,
      },
      sealedBy: view.sealedByMs === null ? null : at(view.sealedByMs),
    };
    return c.json(body, 200);
  });

  api.openapi(getKeys, async (c) => {
    requireScope(c, 'VIEW_MONEY');
    const own = deps.ledgerSigningKey === null ? [] : [publishedKey(deps.ledgerSigningKey)];
    return c.json({ keys: await publishedKeys(deps.database, own) }, 200);
  });
}
