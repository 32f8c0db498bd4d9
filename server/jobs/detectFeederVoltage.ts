import { detectFeederVoltage } from '../../engine/detectFeederVoltage';
import type { Job } from './job';

/** Groups voltages out of range by feeder: no single reading tells of more than its own meter. */
export const detectFeederVoltageJob: Job = {
  name: 'detectFeederVoltage',
  everyMs: 5_000,
  async run({ database, engine }) {
    await detectFeederVoltage(database, engine);
  },
};
