import { Money1764000000000 } from './1764000000000-money.js';
import { ListIndexes1791400000000 } from './1791400000000-list-indexes.js';
import { ListsAtVolume1798500000000 } from './1798500000000-lists-at-volume.js';
import { KnownDealers1799600000000 } from './1799600000000-known-dealers.js';
import { AskedBy1800485100000 } from './1800485100000-asked-by.js';
import { RedLetters1800550100000 } from './1800550100000-red-letters.js';
import { InvoiceBatches1800550200000 } from './1800550200000-invoice-batches.js';
import { Stubs1800550300000 } from './1800550300000-stubs.js';
import { UndoAndRefunds1800550400000 } from './1800550400000-undo-and-refunds.js';
import { Statements1800550500000 } from './1800550500000-statements.js';
import { BankLines1800550600000 } from './1800550600000-bank-lines.js';
import { Payables1800550700000 } from './1800550700000-payables.js';
import { MoneyOpenings1800550800000 } from './1800550800000-money-openings.js';
import { ReleasesGivenBack1800561000000 } from './1800561000000-releases-given-back.js';
import { CustomerReceipts1800653000000 } from './1800653000000-customer-receipts.js';
import { ClosedMonths1800600200000 } from './1800600200000-closed-months.js';
import { LateLines1800660000000 } from './1800660000000-late-lines.js';
import { ErasedSubjects1800701000000 } from './1800701000000-erased-subjects.js';
import { AccountMonths1800730000000 } from './1800730000000-account-months.js';
import { MonthDigests1800731000000 } from './1800731000000-month-digests.js';
import { ClosedListsWhole1800680100000 } from './1800680100000-closed-lists-whole.js';
import { ClosedLinesOfMonth1800775000000 } from './1800775000000-closed-lines-of-month.js';
import { MonthsOfDealers1800780000000 } from './1800780000000-months-of-dealers.js';
import { WholeTaxIdentity1800790000000 } from './1800790000000-whole-tax-identity.js';
import { WhollyInvoiced1800791000000 } from './1800791000000-wholly-invoiced.js';
import { WishesTold1800792000000 } from './1800792000000-wishes-told.js';

/** The service's migrations in the order in which they run. */
export const migrations = [
  Money1764000000000, ListIndexes1791400000000, ListsAtVolume1798500000000, KnownDealers1799600000000, AskedBy1800485100000, RedLetters1800550100000,
  InvoiceBatches1800550200000, Stubs1800550300000, UndoAndRefunds1800550400000, Statements1800550500000, BankLines1800550600000,
  Payables1800550700000, MoneyOpenings1800550800000, ReleasesGivenBack1800561000000,
  ClosedMonths1800600200000, CustomerReceipts1800653000000, LateLines1800660000000, ClosedListsWhole1800680100000, ErasedSubjects1800701000000,
  AccountMonths1800730000000, MonthDigests1800731000000, ClosedLinesOfMonth1800775000000, MonthsOfDealers1800780000000,
  WholeTaxIdentity1800790000000, WhollyInvoiced1800791000000, WishesTold1800792000000,
];
