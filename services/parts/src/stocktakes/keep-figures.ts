import type { Tx } from '@aftercare/service';
import type { LineWithFigures } from './stocktake-figures.js';

const KEEP = `
  update stocktake_line l set outstanding_quantity = f.outstanding, otherwise_quantity = f.otherwise, surplus_quantity = f.surplus, slip_id = f.slip_id, extended_quantity = f.extended
    from unnest($1::uuid[], $2::int[], $3::int[], $4::int[], $5::uuid[], $6::int[]) as f (id, outstanding, otherwise, surplus, slip_id, extended) where l.id = f.id`;

/** H-6: the figures with which a stocktake ended; what comes later is another matter. */
export async function keepFigures(tx: Tx, lines: readonly LineWithFigures[], slipOf: ReadonlyMap<string, string> = new Map()): Promise<void> {
  const column = <T>(of: (line: LineWithFigures) => T): T[] => lines.map(of);
  await tx.sql({
    name: 'stocktake_keep', text: KEEP,
    values: [
      column(({ id }) => id), column(({ outstanding }) => outstanding), column(({ otherwise }) => otherwise), column(({ surplus }) => surplus),
      column(({ id }) => slipOf.get(id) ?? null), column(({ extended }) => extended),
    ],
  });
}
