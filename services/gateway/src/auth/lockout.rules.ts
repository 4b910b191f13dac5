/** How long an account stays closed after wrong passwords, so that guessing is slow and its owner is not shut out for long. */

const FREE_ATTEMPTS = 5;
const FIRST_WAIT_S = 30;
const LONGEST_WAIT_S = 900;

/** Seconds to wait after the given number of failures in a row: none for the first, then doubling up to a quarter of an hour. */
export function waitAfterFailures(failures: number): number {
  if (failures < FREE_ATTEMPTS) return 0;
  return Math.min(FIRST_WAIT_S * 2 ** (failures - FREE_ATTEMPTS), LONGEST_WAIT_S);
}
