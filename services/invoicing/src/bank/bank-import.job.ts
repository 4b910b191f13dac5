import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { businessDate, newId } from '@aftercare/domain';
import { notFound } from '@aftercare/messaging';
import { CheckedSheets, JobKind, JobRefusal, jobErrors, type JobError, type JobHandler, type JobOptions, type JobRow, type Tx } from '@aftercare/service';
import { lockMoney } from '../books/work.js';
import { readBankFile, type BankFile, type BankLineRead, type BankLineTold } from './bank-file.rules.js';
import { becomePayment, bookUnidentified } from './bank-line.store.js';
import { BankFormatRow, BankLineRow } from './bank.entity.js';
import { newLines, type NewLines } from './known-line.rules.js';
import { payerOf, slipNumbersIn, type FoundBy, type KnownPayer, type PayersKnown } from './payer.rules.js';

/** How the file is to be read. */
export interface BankFileAsked {
  formatId: string;
}

const PAYERS = `select dealer_id as "dealerId", array[name, title] as names, bank_account as "bankAccount" from dealer_account where dealer_version > 0`;

const KEPT = `
  select bank_date::text as "bankDate", amount::text, reference, payer_name as "payerName", payer_account as "payerAccount", transaction_number as "transactionNumber"
    from bank_line where account = $1 and bank_date = any($2::date[]) order by created_at, id`;

/** A line with whose money it is. */
type FoundLine = BankLineRead & { dealerId: string; foundBy: FoundBy };

/** B-4: job "import-bank-lines": what came in becomes payments, all or nothing; a line that is kept already is passed over, so a file may come again. */
@Injectable()
@JobKind('import-bank-lines', { roles: ['finance_clerk'] })
export class BankImport implements JobHandler<BankFileAsked> {
  private readonly files = new CheckedSheets<BankFile>();

  async validate(rows: JobRow[], asked: BankFileAsked, tx: Tx): Promise<JobError[]> {
    const file = await this.read(rows, asked, tx);
    if (file.faults.length > 0) return jobErrors(tx.ctx, file.faults);
    const { account } = await formatOf(tx, asked.formatId);
    return jobErrors(tx.ctx, (await newOf(tx, account, file)).faults);
  }

  async apply(rows: JobRow[], asked: BankFileAsked & JobOptions, tx: Tx, progress: (done: number) => void): Promise<object> {
    const { account } = await formatOf(tx, asked.formatId);
    // Files of one account are taken one after the other, so that a line in two of them is known to the second.
    await tx.em.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`bank lines ${account}`]);
    const file = await this.read(rows, asked, tx);
    const { lines, faults } = await newOf(tx, account, file);
    // Another file was taken since this one was checked.
    if (faults.length > 0) throw new JobRefusal(jobErrors(tx.ctx, faults));
    const found = await withPayers(tx, lines.map((line) => ({ ...line, lineKey: createHash('sha256').update(line.lineKey).digest('hex') })));
    // Dealers take their turns in one order, before anything is booked, so that two files do not wait for each other.
    for (const dealerId of [...new Set(found.map((line) => line.dealerId))].filter(Boolean).sort()) await lockMoney(tx, dealerId);
    const counts = { received: 0, postedByItself: 0, waiting: 0 };
    for (const [index, line] of found.entries()) {
      const { postedByItself, state } = await take(tx, line, { account, jobId: asked.jobId });
      counts[state === 'received' ? 'received' : 'waiting'] += 1;
      if (postedByItself) counts.postedByItself += 1;
      progress(index + 1);
    }
    await tx.audit({ action: 'import', kind: 'bank_file', id: asked.jobId, changed: { lines: { after: found.length } } });
    return { lines: file.lines.length, known: file.lines.length - found.length, ...counts };
  }

  private read(rows: JobRow[], { formatId }: BankFileAsked, tx: Tx): Promise<BankFile> {
    return this.files.of(rows, async () => readBankFile(rows, (await formatOf(tx, formatId)).columns, businessDate(await tx.now())));
  }
}

async function newOf(tx: Tx, account: string, file: BankFile): Promise<NewLines> {
  const days = [...new Set(file.lines.map(({ bankDate }) => bankDate))];
  return newLines(file, await tx.em.query<BankLineTold[]>(KEPT, [account, days]));
}

/** Errors: NOT_FOUND. */
async function formatOf(tx: Tx, id: string): Promise<BankFormatRow> {
  const found = await tx.em.findOneBy(BankFormatRow, { id });
  if (!found) throw notFound('bank format');
  return found;
}

async function withPayers(tx: Tx, lines: readonly BankLineRead[]): Promise<FoundLine[]> {
  const payers = await tx.em.query<KnownPayer[]>(PAYERS);
  const numbers = [...new Set(lines.flatMap(({ reference }) => slipNumbersIn(reference)))];
  const slips = await tx.em.query<{ number: string; dealerId: string }[]>('select slip_number as number, dealer_id as "dealerId" from receivable where slip_number = any($1)', [numbers]);
  const known: PayersKnown = { payers, slips: new Map(slips.map(({ number, dealerId }) => [number, dealerId])) };
  return lines.map((line) => ({ ...line, ...payerOf(line, known) }));
}

async function take(tx: Tx, { row: _row, dealerId, ...read }: FoundLine, { account, jobId }: { account: string; jobId: string }): Promise<{ state: string; postedByItself: boolean }> {
  const line = tx.em.create(BankLineRow, {
    id: newId(), account, jobId, ...read, state: 'waiting', dealerId: dealerId || null, paymentId: null, reason: '', createdAt: await tx.now(), version: 1,
  });
  const isKnown = dealerId !== '' && read.foundBy !== 'conflict';
  const { postedByItself } = isKnown ? await becomePayment(tx, line, dealerId) : { postedByItself: false };
  await tx.em.insert(BankLineRow, line);
  if (!isKnown) await bookUnidentified(tx, line, 'in');
  return { state: line.state, postedByItself };
}
