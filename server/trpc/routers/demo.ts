import { z } from 'zod';
import { DomainError } from '../../../domain/errors';
import { drillLedger } from '../../services/demo/drillLedger';
import { askSimulator } from '../../services/demo/simulator';
import { protectedProcedure, router } from '../init';

const SCENARIOS = ['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7', 'S8', 'S9', 'S10', 'S13'] as const;

/** Only where the server was started as a demo: what it moves is simulated and never a real meter. */
const demoProcedure = protectedProcedure.use(({ ctx, next }) => {
  if (!ctx.host.demo) throw new DomainError('notFound', 'NO_DEMO', 'This is not a demo.');
  return next();
});

/** The demo's panel: scenarios and the clock of the simulated campus. */
export const demoRouter = router({
  /** Forges a top-up past the guards, lets the verifier name its account, and puts it back. */
  drill: demoProcedure.mutation(async ({ ctx }) => {
    const result = await drillLedger(ctx, ctx.caller);
    ctx.host.drill.last = result;
    return result;
  }),
  clock: demoProcedure.query(({ ctx }) =>
    askSimulator<{ at: number; speed: number }>(ctx.host.simulatorPort, '/clock'),
  ),
  scenario: demoProcedure.input(z.object({ id: z.enum(SCENARIOS) })).mutation(async ({ ctx, input }) => {
    await askSimulator(ctx.host.simulatorPort, `/scenarios/${input.id}`, {});
    return { id: input.id };
  }),
  setClock: demoProcedure
    .input(
      z.object({ at: z.number().int().positive().optional(), speed: z.number().min(0).max(60).optional() }),
    )
    .mutation(({ ctx, input }) =>
      askSimulator<{ at: number; speed: number }>(ctx.host.simulatorPort, '/clock', input),
    ),
});
