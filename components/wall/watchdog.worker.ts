/**
 * Watches the page from outside: its own timer goes on when the page's hangs. The page says when it painted and when it last
 * heard the server; when either is long ago and the server answers, the page is told to start anew.
 */

const CHECK_MS = 10_000;
const SILENT_MS = 120_000;

let paintedAt = Date.now();
let heardAt = Date.now();

self.onmessage = (event: MessageEvent<unknown>) => {
  if (event.data === 'painted') paintedAt = Date.now();
  if (event.data === 'heard') heardAt = Date.now();
};

setInterval(() => {
  if (Date.now() - Math.min(paintedAt, heardAt) > SILENT_MS) void askServer();
}, CHECK_MS);

async function askServer(): Promise<void> {
  const answer = await fetch('/healthz', { method: 'HEAD', cache: 'no-store' }).catch(() => null);
  if (answer?.ok) self.postMessage('reload');
}
