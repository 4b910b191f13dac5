import { QualityAnswers1799200000000 } from './migrations/1799200000000-quality-answers.js';
import { QualityReviewHandlers } from './quality/quality-review.handlers.js';
import { QualityReceiptRow, QualityWarningRow } from './quality/quality-warning.entity.js';
import { QualityWarningHandlers } from './quality/quality-warning.handlers.js';

/** The chapters on what follows a repair: answers to reports, the catalogue's import, reimbursements, spot checks. */
export const afterRepair = {
  entities: [QualityWarningRow, QualityReceiptRow],
  controllers: [QualityReviewHandlers, QualityWarningHandlers],
  migrations: [QualityAnswers1799200000000],
};
