import { z } from 'zod';
import { codeField } from '../../../contracts/importFields';
import { viewBuilding } from '../../services/campus/viewBuilding';
import { viewPlaces } from '../../services/campus/viewPlaces';
import { permissionProcedure, router } from '../init';

const viewer = permissionProcedure('VIEW_MAP');

/** Places of the campus, and one building down to its rooms. */
export const mapRouter = router({
  places: viewer.query(({ ctx }) => viewPlaces(ctx, ctx.scope)),

  building: viewer
    .input(z.strictObject({ building: codeField }))
    .query(({ ctx, input }) => viewBuilding(ctx, ctx.caller, input)),
});
