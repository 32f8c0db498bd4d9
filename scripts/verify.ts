import { add, seconds } from './runStep';
import { runStaticChecks } from './staticChecks';
import { runVitest } from './testRunners';

/** Before every commit: everything that needs neither database nor browser. */
const startedMs = performance.now();
const total = add(await runStaticChecks(), await runVitest('pure'));
process.stdout.write(
  `${seconds(performance.now() - startedMs)}\n${total.passed} passed, ${total.failed} failed\n`,
);
process.exitCode = total.failed === 0 ? 0 : 1;
