import { Injectable } from '@nestjs/common';
import { newId } from '@aftercare/domain';
import { JobKind, JobRefusal, type JobError, type JobHandler, type JobRow, type Tx } from '../index.js';

/** Lets a spec stop a job in the middle of its work. */
export const gate = { reached: () => {}, open: Promise.resolve() };

/** Imports samples: number and amount by row, all or nothing. */
@Injectable()
@JobKind('import-samples', { roles: ['service_clerk', 'dealer_manager'] })
export class ImportSamples implements JobHandler<{ dealerId: string }> {
  async validate(rows: JobRow[], _options: { dealerId: string }, tx: Tx): Promise<JobError[]> {
    const numbers = rows.map((row) => row.cells.number);
    const taken = await tx.sql<{ number: string }>({
      name: 'spec_taken', text: 'select number from sample where number = any($1)', values: [numbers],
    });
    const known = new Set(taken.map((row) => row.number));
    return rows.flatMap((row) => {
      const errors: JobError[] = [];
      if (!/^\d+(\.\d\d)?$/.test(row.cells.amount)) errors.push({ row: row.row, column: 'amount', code: 'AMOUNT_INVALID', message: 'not an amount' });
      if (known.has(row.cells.number)) errors.push({ row: row.row, column: 'number', code: 'NUMBER_TAKEN', message: 'taken' });
      return errors;
    });
  }

  async apply(rows: JobRow[], options: { dealerId: string }, tx: Tx, progress: (done: number) => void): Promise<object> {
    await tx.sql({
      name: 'spec_import',
      text: `insert into sample (id, dealer_id, number, amount) select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::numeric[])`,
      values: [rows.map(() => newId()), rows.map(() => options.dealerId), rows.map((row) => row.cells.number), rows.map((row) => row.cells.amount)],
    });
    progress(rows.length);
    gate.reached();
    await gate.open;
    if (rows.some((row) => row.cells.number === 'refuse')) throw new JobRefusal([{ row: 2, column: 'number', code: 'REFUSED', message: 'refused late' }]);
    return { imported: rows.length };
  }
}
