import { defineServiceModule, KnownDealer, SettingEvents, type ServiceDefinition } from '@aftercare/service';
import { LedgerHandlers } from './books/ledger.handlers.js';
import { PostingRow, Voucher } from './books/ledger.entity.js';
import { BankFormatRow, BankLineRow } from './bank/bank.entity.js';
import { BankHandlers } from './bank/bank.handlers.js';
import { BankImport } from './bank/bank-import.job.js';
import { InvoiceBatchEntity, InvoiceBatchRowEntity } from './batches/invoice-batch.entity.js';
import { InvoiceBatchHandlers } from './batches/invoice-batch.handlers.js';
import { InvoiceResultImport } from './batches/invoice-result-import.job.js';
import { CreditHoldRow, CreditLineRow } from './credit/credit.entity.js';
import { CreditLineHandlers } from './credit/credit-line.handlers.js';
import { DealerAccount } from './dealers/dealer-account.entity.js';
import { DealerEvents } from './dealers/dealer.events.js';
import { InvoiceLineRow, InvoiceRow } from './invoices/invoice.entity.js';
import { InvoiceHandlers } from './invoices/invoice.handlers.js';
import { FileInvoiceAdapter, InvoicePort, ManualInvoiceAdapter } from './invoices/invoice-port.js';
import { RedLetterLineRow, RedLetterRow } from './invoices/red-letter.entity.js';
import { RedLetterHandlers } from './invoices/red-letter.handlers.js';
import { migrations } from './migrations/index.js';
import { CloseMonthJob } from './months/month-close.job.js';
import { MonthEvidence } from './months/month-evidence.js';
import { ClosedLineRow, ClosedMonthRow } from './months/month.entity.js';
import { MonthHandlers } from './months/month.handlers.js';
import { AllocationRow, PaymentRow } from './payments/payment.entity.js';
import { MoneyOpeningLineRow, MoneyOpeningRow } from './opening/money-opening.entity.js';
import { MoneyOpeningHandlers } from './opening/money-opening.handlers.js';
import { MoneyOpeningImport } from './opening/money-opening.job.js';
import { PayableEntryRow, PayableRow } from './payables/payable.entity.js';
import { PayableHandlers } from './payables/payable.handlers.js';
import { PaymentHandlers } from './payments/payment.handlers.js';
import { ReceivableLineRow, ReceivableRow, SlipRelease } from './receivables/receivable.entity.js';
import { ReceivableHandlers } from './receivables/receivable.handlers.js';
import { CustomerReceiptRow } from './receipts/receipt.entity.js';
import { ReceiptCustomerEvents } from './receipts/receipt.events.js';
import { ReceiptFileHandlers } from './receipts/receipt-file.handlers.js';
import { CustomerReceiptHandlers } from './receipts/receipt.handlers.js';
import { RefundRow } from './refunds/refund.entity.js';
import { RefundHandlers } from './refunds/refund.handlers.js';
import { SlipEvents } from './receivables/slip.events.js';
import { DunningRow, DunningSlipRow } from './statements/dunning.entity.js';
import { DunningJob } from './statements/dunning.job.js';
import { StatementHandlers } from './statements/statement.handlers.js';
import { ConsolidationDealerRow, ConsolidationRow } from './stubs/consolidation.entity.js';
import { ConsolidateInvoicesJob, ConsolidationDeadlines } from './stubs/consolidation.job.js';
import { StubHandlers } from './stubs/stub.handlers.js';

/** Receivables, payments, deposits, credit, invoices and the ledger. */
export const invoicing: ServiceDefinition = {
  name: 'invoicing',
  module: defineServiceModule({
    name: 'invoicing',
    entities: [
      Voucher, PostingRow, DealerAccount, ReceivableRow, ReceivableLineRow, SlipRelease, CreditLineRow, CreditHoldRow, PaymentRow, AllocationRow,
      InvoiceRow, InvoiceLineRow, RedLetterRow, RedLetterLineRow, InvoiceBatchEntity, InvoiceBatchRowEntity, ConsolidationRow, ConsolidationDealerRow, RefundRow, DunningRow, DunningSlipRow, BankFormatRow, BankLineRow, PayableRow, PayableEntryRow, MoneyOpeningRow, MoneyOpeningLineRow, ClosedMonthRow, ClosedLineRow, CustomerReceiptRow, KnownDealer,
    ],
    controllers: [ReceivableHandlers, PaymentHandlers, CreditLineHandlers, InvoiceHandlers, RedLetterHandlers, InvoiceBatchHandlers, StubHandlers, RefundHandlers, StatementHandlers, BankHandlers, PayableHandlers, MoneyOpeningHandlers, MonthHandlers, CustomerReceiptHandlers, ReceiptFileHandlers, LedgerHandlers],
    providers: [SlipEvents, DealerEvents, ReceiptCustomerEvents, SettingEvents, { provide: InvoicePort, useClass: ManualInvoiceAdapter }, FileInvoiceAdapter, InvoiceResultImport, ConsolidateInvoicesJob, ConsolidationDeadlines, DunningJob, BankImport, MoneyOpeningImport, MonthEvidence, CloseMonthJob],
  }),
  migrations,
};
