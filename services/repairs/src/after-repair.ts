import { FaultImportJob } from './faults/fault-import.job.js';
import { FaultUpkeepHandlers } from './faults/fault-upkeep.handlers.js';
import { QualityAnswers1799200000000 } from './migrations/1799200000000-quality-answers.js';
import { FaultCatalogue1799210000000 } from './migrations/1799210000000-fault-catalogue.js';
import { Reimbursements1799220000000 } from './migrations/1799220000000-reimbursements.js';
import { SpotChecks1799230000000 } from './migrations/1799230000000-spot-checks.js';
import { FaultsForFigures1799300200000 } from './migrations/1799300200000-faults-for-figures.js';
import { QualityReviewHandlers } from './quality/quality-review.handlers.js';
import { QualityReceiptRow, QualityWarningRow } from './quality/quality-warning.entity.js';
import { QualityWarningHandlers } from './quality/quality-warning.handlers.js';
import { ClaimPaymentEvents } from './reimbursements/claim-payment.events.js';
import { ReimbursementReadHandlers } from './reimbursements/reimbursement-read.handlers.js';
import { ReimbursementRow } from './reimbursements/reimbursement.entity.js';
import { ReimbursementHandlers } from './reimbursements/reimbursement.handlers.js';
import { SpotCheckReadHandlers } from './spot-checks/spot-check-read.handlers.js';
import { SpotCheckItemRow, SpotCheckRow } from './spot-checks/spot-check.entity.js';
import { SpotCheckHandlers } from './spot-checks/spot-check.handlers.js';

/** The chapters on what follows a repair: answers to reports, the catalogue's upkeep, reimbursements, spot checks. */
export const afterRepair = {
  entities: [QualityWarningRow, QualityReceiptRow, ReimbursementRow, SpotCheckRow, SpotCheckItemRow],
  controllers: [
    QualityReviewHandlers, QualityWarningHandlers, FaultUpkeepHandlers, ReimbursementHandlers, ReimbursementReadHandlers, SpotCheckHandlers, SpotCheckReadHandlers,
  ],
  providers: [FaultImportJob, ClaimPaymentEvents],
  migrations: [QualityAnswers1799200000000, FaultCatalogue1799210000000, Reimbursements1799220000000, SpotChecks1799230000000, FaultsForFigures1799300200000],
};
