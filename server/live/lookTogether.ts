/**
 * Runs `look` for ids as they are heard, one look at a time: the first at once, and what is heard while it runs all together
 * after it. So a burst of notifications (a hundred payments at once) costs a few queries and one connection, and a single one
 * waits for nothing.
 * @param onError hears a look that failed; the ids of the others are looked up all the same
 */
export function lookTogether(
  look: (ids: string[]) => Promise<void>,
  onError: (error: unknown) => void,
): (ids: readonly string[]) => void {
  const heard = new Set<string>();
  let running = false;

  async function run(): Promise<void> {
    while (heard.size > 0) {
      const ids = [...heard];
      heard.clear();
      await look(ids).catch(onError);
    }
    running = false;
  }

  return (ids) => {
    for (const id of ids) heard.add(id);
    if (running) return;
    running = true;
    void run();
  };
}
