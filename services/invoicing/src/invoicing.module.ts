import { defineServiceModule, KnownDealer, SettingEvents, type ServiceDefinition } from '@aftercare/service';
import { LedgerHandlers } from './books/ledger.handlers.js';
import { PostingRow, Voucher } from './books/ledger.entity.js';
import { CreditHoldRow, CreditLineRow } from './credit/credit.entity.js';
import { CreditLineHandlers } from './credit/credit-line.handlers.js';
import { DealerAccount } from './dealers/dealer-account.entity.js';
import { DealerEvents } from './dealers/dealer.events.js';
import { InvoiceLineRow, InvoiceRow } from './invoices/invoice.entity.js';
import { InvoiceHandlers } from './invoices/invoice.handlers.js';
import { InvoicePort, ManualInvoiceAdapter } from './invoices/invoice-port.js';
import { migrations } from './migrations/index.js';
import { AllocationRow, PaymentRow } from './payments/payment.entity.js';
import { PaymentHandlers } from './payments/payment.handlers.js';
import { ReceivableLineRow, ReceivableRow, SlipRelease } from './receivables/receivable.entity.js';
import { ReceivableHandlers } from './receivables/receivable.handlers.js';
import { SlipEvents } from './receivables/slip.events.js';

/** Receivables, payments, deposits, credit, invoices and the ledger. */
export const invoicing: ServiceDefinition = {
  name: 'invoicing',
  module: defineServiceModule({
    name: 'invoicing',
    entities: [
      Voucher, PostingRow, DealerAccount, ReceivableRow, ReceivableLineRow, SlipRelease, CreditLineRow, CreditHoldRow, PaymentRow, AllocationRow,
      InvoiceRow, InvoiceLineRow, KnownDealer,
    ],
    controllers: [ReceivableHandlers, PaymentHandlers, CreditLineHandlers, InvoiceHandlers, LedgerHandlers],
    providers: [SlipEvents, DealerEvents, SettingEvents, { provide: InvoicePort, useClass: ManualInvoiceAdapter }],
  }),
  migrations,
};
