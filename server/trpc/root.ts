import { createCallerFactory, router } from './init';
import { adminRouter } from './routers/admin';
import { alarmsRouter } from './routers/alarms';
import { balancesRouter } from './routers/balances';
import { commandsRouter } from './routers/commands';
import { controlRouter } from './routers/control';
import { creditRouter } from './routers/credit';
import { demoRouter } from './routers/demo';
import { displaysRouter } from './routers/displays';
import { disputesRouter } from './routers/disputes';
import { dutyRouter } from './routers/duty';
import { financeRouter } from './routers/finance';
import { findingsRouter } from './routers/findings';
import { gridRouter } from './routers/grid';
import { keysRouter } from './routers/keys';
import { liveRouter } from './routers/live';
import { mapRouter } from './routers/map';
import { meRouter } from './routers/me';
import { metersRouter } from './routers/meters';
import { noticesRouter } from './routers/notices';
import { overviewRouter } from './routers/overview';
import { paymentsRouter } from './routers/payments';
import { placesRouter } from './routers/places';
import { quotaRouter } from './routers/quota';
import { receiptsRouter } from './routers/receipts';
import { roomsRouter } from './routers/rooms';
import { rulesRouter } from './routers/rules';
import { sessionRouter } from './routers/session';
import { tariffsRouter } from './routers/tariffs';
import { wallRouter } from './routers/wall';

/** All procedures of the product's own pages. A new noun adds its router here and nothing else. */
export const appRouter = router({
  session: sessionRouter,
  demo: demoRouter,
  displays: displaysRouter,
  keys: keysRouter,
  duty: dutyRouter,
  notices: noticesRouter,
  admin: adminRouter,
  meters: metersRouter,
  commands: commandsRouter,
  control: controlRouter,
  live: liveRouter,
  alarms: alarmsRouter,
  rules: rulesRouter,
  disputes: disputesRouter,
  finance: financeRouter,
  receipts: receiptsRouter,
  rooms: roomsRouter,
  payments: paymentsRouter,
  places: placesRouter,
  overview: overviewRouter,
  grid: gridRouter,
  findings: findingsRouter,
  map: mapRouter,
  wall: wallRouter,
  balances: balancesRouter,
  credit: creditRouter,
  quota: quotaRouter,
  tariffs: tariffsRouter,
  me: meRouter,
});

export type AppRouter = typeof appRouter;

/** Calls procedures in the process, for the first paint of a page. */
export const createCaller = createCallerFactory(appRouter);
