/** What an act was refused for; `DONE` where it was not. */
export function reasonOf(act: Promise<unknown>): Promise<string> {
  return act.then(
    () => 'DONE',
    (error: { reason?: string }) => error.reason ?? String(error),
  );
}
