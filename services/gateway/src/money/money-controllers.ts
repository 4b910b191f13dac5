import { BankFormatsController, BankLineImportsController, BankLinesController } from './bank.controller.js';
import { InvoiceBatchesController, InvoiceResultImportsController } from './invoice-batches.controller.js';
import { InvoicesController, RedLettersController } from './invoices.controller.js';
import { MoneyOpeningsController, OpeningMoneyImportsController } from './money-openings.controller.js';
import { MonthsController, RevenueController } from '../months/months.controller.js';
import { PayablesController } from './payables.controller.js';
import { CreditLinesController, DepositsController, LedgerController, PaymentsController, RefundsController } from './payments.controller.js';
import { DunningsController, StatementsController } from './statements.controller.js';
import { ConsolidationsController, StubsController } from './stubs.controller.js';

/** What finance does with money. */
export const moneyControllers = [
  PaymentsController, RefundsController, DepositsController, CreditLinesController, LedgerController, InvoicesController, RedLettersController, InvoiceBatchesController,
  InvoiceResultImportsController, StubsController, ConsolidationsController, StatementsController, DunningsController, BankFormatsController,
  BankLinesController, BankLineImportsController, PayablesController, MoneyOpeningsController, OpeningMoneyImportsController, MonthsController,
  RevenueController,
];
