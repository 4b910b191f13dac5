import { DesignDefectsController, QualityReviewsController, QualityWarningsController } from './quality-reviews.controller.js';

/** What follows a repair: answers to reports, warnings, the catalogue's import, reimbursements, spot checks. */
export const qualityControllers = [DesignDefectsController, QualityReviewsController, QualityWarningsController];
