/** A request to restore that nobody answered within this time, ms, is made anew where supply is still wanted. */
export const RESTORE_WAITS_MS = 86_400_000;
