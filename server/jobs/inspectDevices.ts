import { inspectDevices } from '../../engine/inspectDevices';
import type { Job } from './job';

/** Inspects every device once a night; looks often, because a day ends when the campus clock says so. */
export const inspectDevicesJob: Job = {
  name: 'inspectDevices',
  everyMs: 300_000,
  firstAfterMs: 240_000,
  async run({ database, engine }) {
    await inspectDevices(database, engine);
  },
};
