import { readFileSync } from 'node:fs';
import { z } from 'zod';

const credentials = z.strictObject({
  /** Password of the MQTT connection; user name and client id are the code. */
  password: z.string().min(1),
  /** Key that signs the commands to this node. */
  key: z.string().min(1),
});

/** What `SIM_FLEET` names: which campus to simulate, and how its nodes sign in. */
const fleetFileSchema = z.strictObject({
  seed: z.number().int(),
  meters: z.number().int().min(1).max(200_000),
  /** As given to `campusPlan` when the history was seeded. */
  rolloverAtMs: z.number().int().optional(),
  bypassSinceMs: z.number().int().optional(),
  /** Code of a gateway or direct meter to its credentials; a node that is missing stays away. */
  credentials: z.record(z.string(), credentials),
  /** Where the meters keep their state through a restart; absent: they start from their curves. */
  stateFile: z.string().min(1).optional(),
  /** End of the history that was charged before the first start, ms UTC. */
  historyToMs: z.number().int().optional(),
  /** Clock at the start, ms UTC, and shown seconds per real second; absent: real time. */
  clock: z.strictObject({ atMs: z.number().int(), speed: z.number().min(0).max(600).default(1) }).optional(),
});
export type FleetFile = z.input<typeof fleetFileSchema>;

/** Reads the file of `SIM_FLEET`. @throws Error whose message names the file and the field. */
export function readFleetFile(path: string): z.output<typeof fleetFileSchema> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(
      `SIM_FLEET: ${path} can not be read: ${error instanceof Error ? error.message : 'unknown'}`,
    );
  }
  const parsed = fleetFileSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new Error(`SIM_FLEET: ${path} at /${issue.path.join('/')}: ${issue.message}`);
}
