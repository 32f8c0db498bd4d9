/**
 * Keeps the page that checks receipts, with what it is made of, so that a code can be scanned and checked without a
 * connection. The newest page is always preferred; what is kept is only for when no server answers.
 */
const CACHE = 'verify-1';
const PAGE = '/verify';

async function keep() {
  const cache = await caches.open(CACHE);
  const answer = await fetch(PAGE, { cache: 'reload' });
  if (!answer.ok) throw new Error(`server answered ${answer.status}`);
  const html = await answer.clone().text();
  const files = new Set([...html.matchAll(/["'(](\/_next\/static\/[^"'()\\ ]+)/g)].map((match) => match[1]));
  await Promise.all([...files].map((file) => cache.add(file).catch(() => undefined)));
  await cache.put(PAGE, answer);
}

self.addEventListener('install', (event) => {
  event.waitUntil(keep().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim());
});

async function fromServer(request) {
  const answer = await fetch(request);
  if (answer.status >= 500) throw new Error(`server answered ${answer.status}`);
  if (answer.ok) {
    const cache = await caches.open(CACHE);
    await cache.put(new URL(request.url).pathname, answer.clone());
  }
  return answer;
}

async function fromKept(request) {
  return (await caches.match(new URL(request.url).pathname)) ?? Response.error();
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  // Only whole pages: what a page fetches of itself under the same path is no page to open later.
  const isPage = pathname === PAGE && request.mode === 'navigate';
  if (!isPage && !pathname.startsWith('/_next/static/')) return;
  event.respondWith(fromServer(request).catch(() => fromKept(request)));
});
