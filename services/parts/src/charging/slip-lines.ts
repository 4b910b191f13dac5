import { negateMoney } from '@aftercare/domain';
import { scopeCondition, type Tx } from '@aftercare/service';
import { Slip, SlipLineRow } from './charge-slip.entity.js';
import { leftOf, type LineLeft, type Reversed } from './charge-slip.rules.js';

/** One slip the caller may see: prices are never shown to the parent of a sub-dealer. With `lock` it is locked. */
export async function findSlip(tx: Tx, id: string, options: { lock?: boolean } = {}): Promise<Slip | null> {
  const scope = scopeCondition(tx.ctx, 'slip.dealer_id', { money: true });
  const query = tx.em.createQueryBuilder(Slip, 'slip').where('slip.id = :id', { id }).andWhere(scope.where, scope.parameters);
  return (options.lock ? query.setLock('pessimistic_write') : query).getOne();
}

/** The lines of a slip by position. */
export function linesOf(tx: Tx, slipId: string): Promise<SlipLineRow[]> {
  return tx.em.find(SlipLineRow, { where: { slipId }, order: { position: 'ASC' } });
}

/** What reversing slips have taken from lines, as positive pieces and amounts. */
export async function reversedOf(tx: Tx, lines: readonly SlipLineRow[]): Promise<Reversed[]> {
  const rows = await tx.em.createQueryBuilder(SlipLineRow, 'line')
    .where('line.reverses_line_id = any(:ids::uuid[])', { ids: lines.map((line) => line.id) }).getMany();
  return rows.map((row) => ({
    lineId: row.reversesLineId ?? '', quantity: -row.quantity, netAmount: negateMoney(row.netAmount), taxAmount: negateMoney(row.taxAmount),
  }));
}

/** What is left of each line of a slip. */
export async function linesLeft(tx: Tx, lines: readonly SlipLineRow[]): Promise<LineLeft[]> {
  const taken = await reversedOf(tx, lines);
  return lines.map((line) => leftOf(line, taken));
}

/**
 * Holds slips still for this transaction: shipping takes them shared, a reversal alone, so that a line is never shipped
 * on a slip that is just being reversed. Advisory, because a shared row lock is not possible in a read.
 */
export async function holdSlips(tx: Tx, slipIds: readonly string[], mode: 'shared' | 'alone'): Promise<void> {
  const lock = mode === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock';
  await tx.sql({
    name: `hold_slips_${mode}`,
    text: `select ${lock}(hashtextextended('slip ' || id, 0)) from (select unnest($1::text[]) as id order by 1) as wanted`,
    values: [[...slipIds].sort()],
  });
}
