import {
  ChargeSlipConfirmedSchema, ChargeSlipReversedSchema, CreditLineService, DealerChangedSchema, InvoiceService, LedgerService, PaymentService, ReceivableService,
} from '@aftercare/contracts';
import { addMoney, newId, taxOf, type Role } from '@aftercare/domain';
import { ServiceError, type CallContext } from '@aftercare/messaging';
import { startTestService, type Fake, type TestService } from '@aftercare/testing';
import { invoicing } from './invoicing.module.js';

/** A slip as parts would tell it. */
export interface ToldSlip {
  slipId: string;
  number: string;
  dealerId: string;
  lineIds: string[];
  netTotal: string;
  grossTotal: string;
}

/** What a spec may say of a slip; one line of 100.00 net for a manual slip on transfer unless told. */
export interface SlipGiven {
  /** Net amount per line; one piece each. */
  nets?: string[];
  quantity?: number;
  dealerId?: string;
  paymentMethod?: string;
  invoiceWish?: string;
  origin?: string;
  /** Amounts without tax, so that 120.00 is owed where the examples say so. */
  untaxed?: boolean;
  /** Charge unless told. */
  direction?: 'charge' | 'reimbursement';
  /** Who gets a reimbursement. */
  payeeKind?: string;
}

/** The service with a dealer whose tax identity is known. */
export class InvoicingWorld {
  private slips = 0;
  private dealers = 0;

  constructor(
    readonly service: TestService,
    public dealerId: string,
  ) {}

  as(role: Role, given: Partial<CallContext> = {}): CallContext {
    return this.service.ctx({ role, idempotencyKey: newId(), ...given });
  }

  dealer(dealerId = this.dealerId): CallContext {
    return this.service.dealerCtx(dealerId, 'dealer_manager', { idempotencyKey: newId() });
  }

  /** A dealer as dealers tells it. */
  async newDealer(title = '上海某公司'): Promise<string> {
    const dealerId = newId();
    this.dealers += 1;
    await this.service.publish(DealerChangedSchema, {
      dealerId, code: `D${this.dealers}`, name: '某经销商', status: 'active', version: 1, taxIdentity: { title, taxNumber: title && '91310000MA1FL0AAAA' },
    });
    await this.service.drain();
    return dealerId;
  }

  /** A confirmed slip as parts tells it, heard here. */
  async slip(given: SlipGiven = {}): Promise<ToldSlip> {
    const { nets = ['100.00'], quantity = 1, dealerId = this.dealerId, paymentMethod = 'bank_transfer', invoiceWish = 'later', origin = 'manual' } = given;
    this.slips += 1;
    const slipId = newId();
    const number = `CS-2026-${String(this.slips).padStart(6, '0')}`;
    const taxRate = given.untaxed ? '0' : '13';
    const lines = nets.map((netAmount) => ({
      lineId: newId(), partId: newId(), quantity, unitPrice: netAmount, netAmount, taxAmount: taxOf(netAmount, taxRate), reason: 'manual', taxRate,
    }));
    const netTotal = addMoney(...nets);
    const taxTotal = addMoney(...lines.map((line) => line.taxAmount));
    const grossTotal = addMoney(netTotal, taxTotal);
    const confirmedAt = await this.service.now();
    await this.service.publish(ChargeSlipConfirmedSchema, {
      slipId, number, dealerId, direction: given.direction ?? 'charge', payeeKind: given.payeeKind ?? '', lines, netTotal, taxTotal, grossTotal, paymentMethod, invoiceWish, confirmedAt,
      month: confirmedAt.slice(0, 7), origin, requestId: origin === 'request' ? newId() : '',
    });
    await this.service.drain();
    return { slipId, number, dealerId, lineIds: lines.map((line) => line.lineId), netTotal, grossTotal };
  }

  /** A reversal of a whole slip of one line as parts tells it, after the release was given. */
  async reversed(slip: ToldSlip, reversalId: string): Promise<void> {
    const taxAmount = addMoney(slip.grossTotal, `-${slip.netTotal}`);
    await this.service.publish(ChargeSlipReversedSchema, {
      slipId: slip.slipId, reversingSlipId: reversalId, reversingNumber: `R-${slip.number}`, dealerId: slip.dealerId, grossTotal: slip.grossTotal,
      lines: [{ lineId: slip.lineIds[0], quantity: 1, netAmount: slip.netTotal, taxAmount, taxRate: '13' }],
    });
    await this.service.drain();
  }

  receivables = (ctx = this.as('finance_clerk')) => this.service.client(ReceivableService, ctx);
  payments = (ctx = this.as('finance_clerk')) => this.service.client(PaymentService, ctx);
  credit = (ctx = this.as('finance_clerk')) => this.service.client(CreditLineService, ctx);
  invoices = (ctx = this.as('finance_clerk')) => this.service.client(InvoiceService, ctx);
  ledger = (ctx = this.as('auditor')) => this.service.client(LedgerService, ctx);

  pay(amount: string, reference = '', dealerId = this.dealerId) {
    return this.payments().recordPayment({ dealerId, method: 'bank_transfer', amount, reference });
  }

  /** An approved credit line. */
  async creditLine(limit: string, dealerId = this.dealerId): Promise<void> {
    const draft = await this.credit().draftCreditLine({ dealerId, limit });
    await this.credit(this.as('service_supervisor')).approveCreditLine({ id: draft.id, version: draft.version });
  }

  /** Events told so far, by short name. */
  async told<T = Record<string, unknown>>(name: string): Promise<T[]> {
    const rows = await this.service.sql<{ payload: string }>(`select payload from outbox where event_type like $1 order by created_at, id`, [`%.${name}`]);
    return rows.map((row) => JSON.parse(row.payload) as T);
  }
}

export async function startInvoicing(fakes: Fake[] = []): Promise<InvoicingWorld> {
  const service = await startTestService({ ...invoicing, fakes });
  const world = new InvoicingWorld(service, '');
  world.dealerId = await world.newDealer();
  return world;
}

/** The error's reason code. */
export async function reasonOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'no error';
  } catch (error) {
    if (error instanceof ServiceError) return error.reason;
    throw error;
  }
}
