/** Deadline kind: a dealer's stocktake is to be opened; its payload is the opening (H-2). */
export const OPEN_DEADLINE = 'stocktake-open';

/** Deadline kind: a terminated dealer's final stocktake is to be opened; it waits for one that is not finished (D-1). */
export const FINAL_DEADLINE = 'stocktake-final';

/** Deadline kind: a day on which the dealer is reminded (H-3). */
export const REMIND_DEADLINE = 'stocktake-remind';

/** Deadline kind: the time for returns is over (H-7). */
export const CLOSE_DEADLINE = 'stocktake-close';

/** Deadline kind: the time for objections is over (H-7). */
export const CONFIRM_DEADLINE = 'stocktake-objections-over';
