import { startTestServer } from './testServer';

/** For vitest's database project: returns what vitest runs at the end. */
export default function setup(): Promise<() => Promise<void>> {
  return startTestServer((line) => process.stdout.write(`${line}\n`));
}
