import { CampaignCollectHandlers } from './campaigns/campaign-collect.handlers.js';
import { CampaignDueJob } from './campaigns/campaign-due.job.js';
import { CampaignHandlers } from './campaigns/campaign.handlers.js';
import { CampaignReadHandlers } from './campaigns/campaign-read.handlers.js';
import { CampaignRow, CampaignUnitRow } from './campaigns/campaign.entity.js';
import { CampaignUnitHandlers } from './campaigns/campaign-unit.handlers.js';
import { ClockComparisonHandlers } from './clocks/clock-comparison.handlers.js';
import { CorrectiveActionHandlers } from './corrective/corrective-action.handlers.js';
import { CorrectiveActionReadHandlers } from './corrective/corrective-action-read.handlers.js';
import { CorrectiveActionRow, CorrectiveEventRow, CorrectiveStepRow } from './corrective/corrective-action.entity.js';
import { CorrectiveDueJob } from './corrective/corrective-due.job.js';
import { CorrectiveActions1799400000000 } from './migrations/1799400000000-corrective-actions.js';
import { Campaigns1799410000000 } from './migrations/1799410000000-campaigns.js';

/** The chapters on what is done against a problem that shows in many repairs, corrective actions and campaigns, and the proof of the clocks. */
export const improvement = {
  entities: [CorrectiveActionRow, CorrectiveStepRow, CorrectiveEventRow, CampaignRow, CampaignUnitRow],
  controllers: [CorrectiveActionHandlers, CorrectiveActionReadHandlers, CampaignHandlers, CampaignCollectHandlers, CampaignReadHandlers, CampaignUnitHandlers, ClockComparisonHandlers],
  providers: [CorrectiveDueJob, CampaignDueJob],
  migrations: [CorrectiveActions1799400000000, Campaigns1799410000000],
};
