import { StockAndRequests1763800000000 } from './1763800000000-stock-and-requests.js';
import { ReturnsAndCharging1763800000001 } from './1763800000001-returns-and-charging.js';
import { UnitSerials1791200000000 } from './1791200000000-unit-serials.js';
import { ListIndexes1791400000000 } from './1791400000000-list-indexes.js';
import { PartsForFigures1795000200000 } from './1795000200000-parts-for-figures.js';
import { ListsAtVolume1798500000000 } from './1798500000000-lists-at-volume.js';
import { PricesForFigures1799300100000 } from './1799300100000-prices-for-figures.js';
import { ObligationEndings1800100000000 } from './1800100000000-obligation-endings.js';
import { Stocktakes1800110000000 } from './1800110000000-stocktakes.js';
import { LateReturns1800120000000 } from './1800120000000-late-returns.js';
import { KnownDealers1799600000000 } from './1799600000000-known-dealers.js';
import { PartCatalogue1800200000000 } from './1800200000000-part-catalogue.js';
import { StockUpkeep1800200100000 } from './1800200100000-stock-upkeep.js';
import { GoingLive1800200200000 } from './1800200200000-going-live.js';
import { PartsStatistics1800200300000 } from './1800200300000-parts-statistics.js';
import { SupplierClaims1800200400000 } from './1800200400000-supplier-claims.js';
import { OpenLines1800200500000 } from './1800200500000-open-lines.js';
import { CountObjections1800450000000 } from './1800450000000-count-objections.js';
import { OnwardCarriers1800450100000 } from './1800450100000-onward-carriers.js';
import { UnannouncedReturns1800450200000 } from './1800450200000-unannounced-returns.js';
import { WrongParts1800450300000 } from './1800450300000-wrong-parts.js';
import { MonthSums1800461000000 } from './1800461000000-month-sums.js';
import { WithdrawnObjections1800462000000 } from './1800462000000-withdrawn-objections.js';
import { OrderChanges1800462100000 } from './1800462100000-order-changes.js';
import { ShippingPromises1800462200000 } from './1800462200000-shipping-promises.js';
import { PaidFirst1800470000000 } from './1800470000000-paid-first.js';
import { CarrierClaims1800488000000 } from './1800488000000-carrier-claims.js';
import { BackOrderPromises1800489000000 } from './1800489000000-back-order-promises.js';
import { Charging1800500000000 } from './1800500000000-charging.js';
import { PriceLists1800500100000 } from './1800500100000-price-lists.js';
import { ReversalAsks1800510000000 } from './1800510000000-reversal-asks.js';
import { MissingPieces1800562000000 } from './1800562000000-missing-pieces.js';
import { CancelledReturns1800562100000 } from './1800562100000-cancelled-returns.js';
import { ExtendedPieces1800562200000 } from './1800562200000-extended-pieces.js';
import { OutdatedCounts1800562300000 } from './1800562300000-outdated-counts.js';
import { KeptWords1800562400000 } from './1800562400000-kept-words.js';
import { HeldSince1800562500000 } from './1800562500000-held-since.js';
import { PhotosOfReturns1800562600000 } from './1800562600000-photos-of-returns.js';
import { MonthLists1800600000000 } from './1800600000000-month-lists.js';
import { ToldForTieOut1800600300000 } from './1800600300000-told-for-tie-out.js';
import { ClaimsDraftedAgain1800652000000 } from './1800652000000-claims-drafted-again.js';
import { FreeSurplus1800670000000 } from './1800670000000-free-surplus.js';
import { OpenDiscrepancies1800670100000 } from './1800670100000-open-discrepancies.js';
import { EarlierWords1800670200000 } from './1800670200000-earlier-words.js';
import { VisitDays1800670300000 } from './1800670300000-visit-days.js';
import { MonthsInFrames1800680000000 } from './1800680000000-months-in-frames.js';
import { RevenueMonths1800710000000 } from './1800710000000-revenue-months.js';
import { StockLines1800750000000 } from './1800750000000-stock-lines.js';
import { RevenueSums1800810000000 } from './1800810000000-revenue-sums.js';
import { WishesTold1800862000000 } from './1800862000000-wishes-told.js';
import { PartClasses1800922000000 } from './1800922000000-part-classes.js';
import { FreedPicks1800923000000 } from './1800923000000-freed-picks.js';

/** The service's migrations in the order in which they run. */
export const migrations = [
  StockAndRequests1763800000000, ReturnsAndCharging1763800000001, UnitSerials1791200000000, ListIndexes1791400000000, PartsForFigures1795000200000,
  ListsAtVolume1798500000000, PricesForFigures1799300100000, KnownDealers1799600000000,
  ObligationEndings1800100000000, Stocktakes1800110000000, LateReturns1800120000000,
  PartCatalogue1800200000000, StockUpkeep1800200100000, GoingLive1800200200000, PartsStatistics1800200300000,
  SupplierClaims1800200400000, OpenLines1800200500000, CountObjections1800450000000, OnwardCarriers1800450100000,
  UnannouncedReturns1800450200000, WrongParts1800450300000, MonthSums1800461000000, WithdrawnObjections1800462000000,
  OrderChanges1800462100000, ShippingPromises1800462200000, PaidFirst1800470000000, CarrierClaims1800488000000, BackOrderPromises1800489000000,
  Charging1800500000000, PriceLists1800500100000, ReversalAsks1800510000000, MissingPieces1800562000000, CancelledReturns1800562100000,
  ExtendedPieces1800562200000, OutdatedCounts1800562300000, KeptWords1800562400000, HeldSince1800562500000, PhotosOfReturns1800562600000,
  MonthLists1800600000000, ToldForTieOut1800600300000, ClaimsDraftedAgain1800652000000,
  FreeSurplus1800670000000, OpenDiscrepancies1800670100000, EarlierWords1800670200000,
  VisitDays1800670300000, MonthsInFrames1800680000000, RevenueMonths1800710000000, StockLines1800750000000, RevenueSums1800810000000,
  WishesTold1800862000000, PartClasses1800922000000, FreedPicks1800923000000,
];
