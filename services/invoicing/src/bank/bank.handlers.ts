import { Controller } from '@nestjs/common';
import {
  BankService, type AssignBankLineRequest, type CreateBankFormatRequest, type GetBankFormatRequest, type IgnoreBankLineRequest, type ListBankFormatsRequest,
  type ListBankLinesRequest, type ReplaceBankFormatRequest,
} from '@aftercare/contracts';
import { newId, Refusal } from '@aftercare/domain';
import { notFound, Rpc, ServiceError, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, expectVersion, listStatement, pageAnswer, pageOf, type ListOrder, type Tx } from '@aftercare/service';
import { assertMoneyRole } from '../books/roles.rules.js';
import { lockMoney, requiredReason } from '../books/work.js';
import { knownDealer } from '../credit/credit-line.handlers.js';
import { assertColumns, type BankColumnNames } from './bank-file.rules.js';
import { becomePayment, bookUnidentified } from './bank-line.store.js';
import { BankFormatRow, BankLineRow } from './bank.entity.js';

const BY_NAME: ListOrder = { by: 'r.name', direction: 'asc', type: 'text' };
const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };

const LINE = `r.id, r.account as "ownAccount", r.bank_date::text as "bankDate", r.amount::text as amount, r.reference as remark, r.payer_name as "payerName", r.payer_account as "payerAccount",
  r.transaction_number as "transactionNumber", r.state, coalesce(r.dealer_id::text, '') as "dealerId", r.found_by as "foundBy", coalesce(r.payment_id::text, '') as "paymentId",
  coalesce(p.number, '') as "paymentNumber", coalesce(p.state, '') as "paymentState", coalesce(p.posted_by_itself, false) as "postedByItself", r.reason,
  iso(r.created_at) as "createdAt", r.version, r.created_at::text as "sortAt"`;

interface FormatRow {
  id: string;
  name: string;
}

interface LineRow {
  id: string;
  sortAt: string;
}

/** Files of banks (B-4); finance's alone. */
@Controller()
export class BankHandlers implements Handlers<typeof BankService> {
  constructor(private readonly db: Database) {}

  @Rpc(BankService.method.createBankFormat)
  async createBankFormat(request: CreateBankFormatRequest, ctx: CallContext) {
    assertMoneyRole('bank', ctx.role);
    return this.db.command(ctx, (tx) => saveFormat(tx, request, null), { request });
  }

  @Rpc(BankService.method.replaceBankFormat)
  async replaceBankFormat(request: ReplaceBankFormatRequest, ctx: CallContext) {
    assertMoneyRole('bank', ctx.role);
    return this.db.command(ctx, async (tx) => {
      const known = await formatOf(tx, request.id);
      expectVersion(known, request.version);
      return saveFormat(tx, request, known);
    }, { request });
  }

  @Rpc(BankService.method.getBankFormat)
  async getBankFormat(request: GetBankFormatRequest, ctx: CallContext) {
    assertMoneyRole('read-bank', ctx.role);
    return this.db.read(ctx, async (tx) => {
      const { account: ownAccount, ...format } = await formatOf(tx, request.id);
      return { ...format, ownAccount };
    });
  }

  @Rpc(BankService.method.listBankFormats)
  async listBankFormats(request: ListBankFormatsRequest, ctx: CallContext) {
    assertMoneyRole('read-bank', ctx.role);
    const page = pageOf(request.page, { list: 'bank formats' });
    const columns = 'r.id, r.name, r.account as "ownAccount", r.columns, r.version';
    const rows = await this.db.many<FormatRow>(ctx, listStatement({ name: 'bank_formats', table: 'bank_format', order: BY_NAME, where: new Conditions(), page, columns }));
    return pageAnswer(rows, page, (row) => row.name);
  }

  @Rpc(BankService.method.assignBankLine)
  async assignBankLine(request: AssignBankLineRequest, ctx: CallContext) {
    assertMoneyRole('bank', ctx.role);
    return this.db.command(ctx, async (tx) => {
      await knownDealer(tx, request.dealerId);
      await lockMoney(tx, request.dealerId);
      const line = await waitingLine(tx, request);
      await bookUnidentified(tx, line, 'out');
      await becomePayment(tx, line, request.dealerId);
      line.foundBy = 'by_hand';
      return this.saved(tx, line, 'assign');
    }, { request });
  }

  @Rpc(BankService.method.ignoreBankLine)
  async ignoreBankLine(request: IgnoreBankLineRequest, ctx: CallContext) {
    assertMoneyRole('bank', ctx.role);
    const reason = requiredReason(request.reason);
    return this.db.command(ctx, async (tx) => {
      const line = await waitingLine(tx, request);
      await bookUnidentified(tx, line, 'out');
      Object.assign(line, { state: 'ignored', reason });
      return this.saved(tx, line, 'ignore');
    }, { request });
  }

  @Rpc(BankService.method.listBankLines)
  async listBankLines(request: ListBankLinesRequest, ctx: CallContext) {
    assertMoneyRole('read-bank', ctx.role);
    const page = pageOf(request.page, { list: 'bank lines', key: 'instant' });
    const where = new Conditions().when(request.state, 's', (state) => `r.state = ${state}`).when(request.jobId, 'j', (id) => `r.job_id = ${id}::uuid`);
    const rows = await this.db.many<LineRow>(ctx, listStatement({
      name: 'bank_lines', table: 'bank_line', order: NEWEST, where, page, columns: LINE, joins: 'left join payment p on p.id = r.payment_id',
    }));
    const { items, nextCursor } = pageAnswer(rows, page, (row) => row.sortAt);
    return { items: items.map(({ sortAt: _sort, ...row }) => row), nextCursor };
  }

  private async saved(tx: Tx, line: BankLineRow, action: string) {
    line.version += 1;
    await tx.em.update(BankLineRow, { id: line.id }, line);
    await tx.audit({ action, kind: 'bank_line', id: line.id, dealerId: line.dealerId, changed: { state: { before: 'waiting', after: line.state }, paymentId: { after: line.paymentId } } });
    return { id: line.id, number: '', state: line.state, version: line.version };
  }
}

/** Errors: FIELD_MISSING, BANK_FORMAT_NAME_TAKEN. */
async function saveFormat(tx: Tx, request: Pick<CreateBankFormatRequest, 'name' | 'ownAccount' | 'columns'>, known: BankFormatRow | null) {
  const columns = columnsOf(request.columns);
  assertColumns(columns);
  const [name, account] = [request.name.trim(), request.ownAccount.trim()];
  for (const [field, text] of [['name', name], ['ownAccount', account]]) {
    if (text === '') throw new Refusal('invalid_argument', 'FIELD_MISSING', 'A format has a name and an account.', { field });
  }
  const id = known?.id ?? newId();
  const [taken] = await tx.em.query<unknown[]>('select from bank_format where name = $1 and id <> $2', [name, id]);
  if (taken) throw new ServiceError('already_exists', 'BANK_FORMAT_NAME_TAKEN', 'Another format has this name.', { field: 'name' });
  const format = { id, name, account, columns, version: (known?.version ?? 0) + 1 };
  await tx.em.save(BankFormatRow, format);
  await tx.audit({ action: 'save', kind: 'bank_format', id, changed: { name: { before: known?.name ?? null, after: name }, columns: { after: Object.values(columns) } } });
  return { id, number: '', state: 'saved', version: format.version };
}

function columnsOf(columns: CreateBankFormatRequest['columns']): BankColumnNames {
  const text = (value: string | undefined): string => (value ?? '').trim();
  return {
    date: text(columns?.date), amount: text(columns?.amount), reference: text(columns?.reference), payerName: text(columns?.payerName), payerAccount: text(columns?.payerAccount),
    transactionNumber: text(columns?.transactionNumber), direction: text(columns?.direction), incoming: text(columns?.incoming),
  };
}

async function formatOf(tx: Tx, id: string): Promise<BankFormatRow> {
  const found = await tx.em.findOneBy(BankFormatRow, { id });
  if (!found) throw notFound('bank format');
  return found;
}

/** Errors: NOT_FOUND, STALE_VERSION, STEP_NOT_ALLOWED. */
async function waitingLine(tx: Tx, { id, version }: { id: string; version: number }): Promise<BankLineRow> {
  const line = await tx.em.findOne(BankLineRow, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!line) throw notFound('bank line');
  expectVersion(line, version, { state: line.state });
  if (line.state !== 'waiting') throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', 'The line waits for nobody any more.');
  return line;
}
