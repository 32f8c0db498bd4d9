import { createRoute, type z } from '@hono/zod-openapi';
import { verificationSchema } from '../../../contracts/restLedger';
import { newestCheckpoint } from '../../../db/queries/checkpoints';
import { type LedgerVerdict, verifyLedger } from '../../../engine/verifyLedger';
import {
  answer,
  instantsOf,
  PROBLEMS,
  type RestApp,
  type RestDeps,
  requireCampusScope,
  SECURITY,
} from '../restApp';

const getVerification = createRoute({
  method: 'get',
  path: '/ledger/verify',
  summary: 'Recomputes the whole ledger and names the first id that does not hold',
  tags: ['ledger'],
  security: SECURITY,
  responses: {
    200: answer('The result, also when something does not hold', verificationSchema),
    ...PROBLEMS,
  },
});

export function registerLedger(api: RestApp, deps: RestDeps): void {
  // Reading everything is heavy: whoever asks meanwhile gets the run that is under way.
  let running: Promise<LedgerVerdict> | null = null;
  const verify = () => {
    running ??= verifyLedger(deps.database, {
      ...(deps.ledgerSigningKey === null ? {} : { signingKey: deps.ledgerSigningKey }),
      ...(deps.checkpointDir === null ? {} : { directory: deps.checkpointDir }),
    }).finally(() => {
      running = null;
    });
    return running;
  };

  api.openapi(getVerification, async (c) => {
    requireCampusScope(c, 'VERIFY_LEDGER');
    const verdict = await verify();
    const checkpoint = await newestCheckpoint(deps.database.pool);
    const { at } = instantsOf(c);
    const body: z.infer<typeof verificationSchema> = {
      ok: verdict.ok,
      firstBadId: verdict.firstBadId,
      problem: verdict.problem,
      transactions: String(verdict.transactions),
      entries: String(verdict.entries),
      verifiedAt: at(deps.engine.clock.now()),
      checkpoint: checkpoint && {
        n: checkpoint.n,
        fromTx: checkpoint.fromTx.toString(),
        toTx: checkpoint.toTx.toString(),
        count: checkpoint.count,
        root: checkpoint.root.toString('hex'),
        madeAt: at(checkpoint.madeMs),
        keyId: checkpoint.keyId,
        signature: checkpoint.signature.toString('hex'),
      },
    };
    return c.json(body, 200);
  });
}
