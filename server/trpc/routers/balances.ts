import { z } from 'zod';
import { codeField } from '../../../contracts/importFields';
import { viewBalances, viewBuildingBalances, viewRoomBalance } from '../../services/balances/viewBalances';
import { permissionProcedure, router } from '../init';

const viewer = permissionProcedure('VIEW_BAND');

/** How long the prepaid rooms last. */
export const balancesRouter = router({
  overview: viewer.query(({ ctx }) => viewBalances(ctx, ctx.caller)),

  building: viewer
    .input(z.strictObject({ building: codeField }))
    .query(({ ctx, input }) => viewBuildingBalances(ctx, ctx.caller, input)),

  room: viewer
    .input(z.strictObject({ space: codeField }))
    .query(({ ctx, input }) => viewRoomBalance(ctx, ctx.caller, input)),
});
