/** A meter is asked for a reading once in this time, ms: as long as a relay stays off at least. What it sends by itself counts for nothing. */
export const READ_AGAIN_AFTER_MS = 30_000;
