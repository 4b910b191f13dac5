import { FaultCodeImportsController } from '../imports/imports.controller.js';
import { CallClocksController } from './call-clocks.controller.js';
import { CampaignsController, CampaignUnitsController } from './campaigns.controller.js';
import { CorrectiveActionsController } from './corrective-actions.controller.js';
import { FaultUpkeepController } from './fault-upkeep.controller.js';
import { DesignDefectsController, QualityReviewsController, QualityWarningsController } from './quality-reviews.controller.js';
import { SpotChecksController } from './spot-checks.controller.js';
import { ReimbursementsController } from './reimbursements.controller.js';

/** What follows a repair: answers to reports, warnings, the catalogue's import, reimbursements, spot checks. */
export const qualityControllers = [
  FaultCodeImportsController, FaultUpkeepController, DesignDefectsController, QualityReviewsController, QualityWarningsController,
  ReimbursementsController, SpotChecksController, CorrectiveActionsController, CampaignsController, CampaignUnitsController, CallClocksController,
];
