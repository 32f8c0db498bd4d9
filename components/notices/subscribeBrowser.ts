import type { PushSubscription as Subscription } from '../../contracts/pushSubscription';

/** A folder without pages, so that it takes none from another worker. */
const SCOPE = '/notices/';

/** Whether this browser can be told anything while its pages are closed. */
export const takesPush = (): boolean => 'serviceWorker' in navigator && 'PushManager' in window;

/** Asks the person, then the browser, for a subscription under the server's key. @returns null where either refuses */
export async function subscribeBrowser(key: string): Promise<Subscription | null> {
  if ((await Notification.requestPermission()) !== 'granted') return null;
  const worker = await navigator.serviceWorker.register('/notice-sw.js', { scope: SCOPE });
  await activated(worker);
  const subscription = await worker.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: key,
  });
  const { endpoint, keys } = subscription.toJSON();
  if (!endpoint || !keys?.p256dh || !keys.auth) return null;
  return { endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } };
}

/** A subscription needs a worker that is active. */
function activated(registration: ServiceWorkerRegistration): Promise<void> {
  const worker = registration.installing ?? registration.waiting;
  if (!worker || registration.active) return Promise.resolve();
  return new Promise((resolve) => {
    worker.addEventListener('statechange', () => {
      if (worker.state === 'activated') resolve();
    });
  });
}
