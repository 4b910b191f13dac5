import { DealerFiles1795000000000 } from './1795000000000-dealer-files.js';
import { Reports1795000400000 } from './1795000400000-reports.js';
import { RevokedCertificates1798200000000 } from './1798200000000-revoked-certificates.js';
import { PurchaseDates1798300200000 } from './1798300200000-purchase-dates.js';
import { SolvedCalls1798400000000 } from './1798400000000-solved-calls.js';
import { SpotChecks1799240000000 } from './1799240000000-spot-checks.js';
import { QualityFigures1799300300000 } from './1799300300000-quality-figures.js';
import { QualityWatch1799300400000 } from './1799300400000-quality-watch.js';
import { PromisedVisits1799800100000 } from './1799800100000-promised-visits.js';
import { FaultNames1799800300000 } from './1799800300000-fault-names.js';
import { CallsByRegion1800471000000 } from './1800471000000-calls-by-region.js';
import { CasesOfCalls1800494020000 } from './1800494020000-cases-of-calls.js';
import { TieOut1800600100000 } from './1800600100000-tie-out.js';
import { ComparedMonths1800660100000 } from './1800660100000-compared-months.js';
import { KeptMonths1800720000000 } from './1800720000000-kept-months.js';
import { FiguresOfMonths1800745000000 } from './1800745000000-figures-of-months.js';
import { TieRows1800770000000 } from './1800770000000-tie-rows.js';
import { CasesOfUnits1800820000000 } from './1800820000000-cases-of-units.js';
import { LabourNotCovered1800861000000 } from './1800861000000-labour-not-covered.js';
import { WarrantyOver1800822000000 } from './1800822000000-warranty-over.js';
import { SerialsCompared1800913000000 } from './1800913000000-serials-compared.js';
import { TechniciansAtWork1800920000000 } from './1800920000000-technicians-at-work.js';
import { LateReports1800474000000 } from './1800474000000-late-reports.js';

/** The service's migrations in the order in which they run. */
export const migrations = [
  DealerFiles1795000000000, Reports1795000400000, RevokedCertificates1798200000000, PurchaseDates1798300200000, SolvedCalls1798400000000,
  SpotChecks1799240000000, QualityFigures1799300300000, QualityWatch1799300400000, PromisedVisits1799800100000, FaultNames1799800300000,
  CallsByRegion1800471000000, LateReports1800474000000, CasesOfCalls1800494020000, TieOut1800600100000,
  ComparedMonths1800660100000, KeptMonths1800720000000, FiguresOfMonths1800745000000, TieRows1800770000000, CasesOfUnits1800820000000,
  WarrantyOver1800822000000, LabourNotCovered1800861000000, SerialsCompared1800913000000,
  TechniciansAtWork1800920000000,
];
