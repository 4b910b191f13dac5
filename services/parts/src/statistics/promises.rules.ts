/** What became of a promised day: kept, broken, or open while the day has not passed (P-10). */
export type PromiseOutcome = 'kept' | 'broken' | 'open';
export const PROMISE_OUTCOMES: readonly PromiseOutcome[] = ['kept', 'broken', 'open'];

/** What was promised for a day: that a shipment leaves, or that a line that waits for goods gets them (P-10). */
export type PromiseKind = 'shipment' | 'back_order';
export const PROMISE_KINDS: readonly PromiseKind[] = ['shipment', 'back_order'];

/** P-10: the share of kept promises among those that are decided, in percent with one decimal; empty when there is none. */
export function keptPercent(kept: number, broken: number): string {
  const decided = kept + broken;
  if (decided === 0) return '';
  const tenths = Math.floor((kept * 2000 + decided) / (2 * decided));
  return `${Math.floor(tenths / 10)}.${tenths % 10}`;
}
