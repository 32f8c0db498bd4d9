import { parseArgs } from 'node:util';
import { readSettings } from '../config/env';
import { createLogger } from '../config/logger';
import { textFromMicro } from '../domain/units';
import { mqttConnect } from './fleet/mqttLink';
import { readFleetFile } from './fleetFile';
import { readSandboxFile } from './payments/sandboxConfig';
import { startPaymentSandbox } from './payments/sandboxServer';
import { replay } from './replay/replay';
import { replayImportDocument } from './replay/replayImport';
import { readSeriesFile, SeriesError } from './replay/series';
import { startSimulator } from './startSimulator';

const USAGE = `simulate                           the fleet that SIM_FLEET describes, against MQTT_URL
simulate -- --replay FILE [options]   a measured series as cumulative registers, once
  --declared-zone ZONE   zone of times without offset: UTC (default), +08:00 or an IANA name
  --speed N              seconds of the file per second; 0 (default): as fast as the broker acknowledges
  --site CODE            campus in the topics, default replay
  --meter-prefix TEXT    before the column's name in the codes of the meters, default R-
  --shift-end TIME       shifts all times so that the last one is TIME (RFC 3339)
  --limit-days N         only the first N days
  --print-import         print an import document for the file's meters instead, and end
The gateway's code and password stand in MQTT_URL: mqtt://GATEWAY:PASSWORD@host:1883
`;

const { values } = parseArgs({
  options: {
    replay: { type: 'string' },
    'declared-zone': { type: 'string', default: 'UTC' },
    speed: { type: 'string', default: '0' },
    site: { type: 'string', default: 'replay' },
    'meter-prefix': { type: 'string', default: 'R-' },
    'shift-end': { type: 'string' },
    'limit-days': { type: 'string' },
    'print-import': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(USAGE);
else if (values.replay !== undefined) await runReplay(values.replay);
else await runFleet();

async function runFleet(): Promise<void> {
  const settings = readSettings('simulator');
  const log = createLogger('simulator', settings.logLevel);
  if (!settings.fleetFile) {
    process.stderr.write('wattkeep simulator: SIM_FLEET is missing\n');
    process.exit(78);
  }
  const simulator = await startSimulator({
    ...readFleetFile(settings.fleetFile),
    mqttUrl: settings.mqttUrl,
    controlPort: settings.controlPort,
    log,
    realNow: () => Date.now(),
  });
  const payments = settings.paymentsFile
    ? await startPaymentSandbox(readSandboxFile(settings.paymentsFile), simulator.clock, log)
    : null;
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      // A broker that is gone already must not hold up the end.
      setTimeout(() => process.exit(0), 3_000).unref();
      void Promise.all([simulator.stop(), payments?.close()]).then(() => process.exit(0));
    });
  }
}

async function runReplay(file: string): Promise<void> {
  const speed = Number(values.speed);
  if (!Number.isFinite(speed) || speed < 0) refuse('--speed must be a number, 0 or above');
  try {
    const limitMs = values['limit-days'] === undefined ? null : Number(values['limit-days']) * 86_400_000;
    const series = readSeriesFile(file, { declaredZone: values['declared-zone'] }).map((one) => {
      const endMs = limitMs === null ? Number.POSITIVE_INFINITY : one.readings[0]!.tsMs + limitMs;
      return { ...one, readings: one.readings.filter(({ tsMs }) => tsMs <= endMs) };
    });
    const lastMs = Math.max(...series.map(({ readings }) => readings.at(-1)!.tsMs));
    const shiftMs = values['shift-end'] === undefined ? 0 : Date.parse(values['shift-end']) - lastMs;
    if (Number.isNaN(shiftMs)) refuse('--shift-end must be a time such as 2026-11-20T12:00:00+08:00');
    if (values['print-import']) {
      const document = replayImportDocument(series, {
        campus: { code: values.site, name: 'Replay', timeZone: 'UTC' },
        gateway: 'GW-REPLAY',
        prefix: values['meter-prefix'],
        lateLimitDays: 3_650,
      });
      process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
      return;
    }
    const url = new URL(readSettings('simulator').mqttUrl);
    if (!url.username || !url.password) refuse('MQTT_URL must name the gateway and its password');
    const gateway = decodeURIComponent(url.username);
    const password = decodeURIComponent(url.password);
    url.username = '';
    url.password = '';
    const summary = await replay({
      series,
      site: values.site,
      gateway,
      password,
      prefix: values['meter-prefix'],
      speed,
      shiftMs,
      boot: Math.floor(Date.now() / 1_000) >>> 0,
      connect: mqttConnect({
        url: url.href,
        onProblem: (code, message) => process.stderr.write(`${code}: ${message}\n`),
      }),
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    });
    for (const { meter, quantityMicro } of summary.totals) {
      process.stdout.write(`${meter} ${textFromMicro(quantityMicro)}\n`);
    }
    process.stdout.write(`replayed ${summary.readings} readings in ${summary.messages} messages\n`);
  } catch (error) {
    if (!(error instanceof SeriesError)) throw error;
    refuse(error.message);
  }
}

function refuse(message: string): never {
  process.stderr.write(`simulate: ${message}\n`);
  process.exit(2);
}
