/** A sum over fewer rooms than these would tell what each of them uses, or the money of each. */
export const ROOMS_OF_A_SUM = 5;
