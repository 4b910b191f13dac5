import { ClockComparisonHandlers } from './clocks/clock-comparison.handlers.js';
import { CorrectiveActionHandlers } from './corrective/corrective-action.handlers.js';
import { CorrectiveActionReadHandlers } from './corrective/corrective-action-read.handlers.js';
import { CorrectiveActionRow, CorrectiveEventRow, CorrectiveStepRow } from './corrective/corrective-action.entity.js';
import { CorrectiveDueJob } from './corrective/corrective-due.job.js';
import { CorrectiveActions1799400000000 } from './migrations/1799400000000-corrective-actions.js';

/** The chapters on what is done against a problem that shows in many repairs: corrective actions, and the proof of the clocks. */
export const improvement = {
  entities: [CorrectiveActionRow, CorrectiveStepRow, CorrectiveEventRow],
  controllers: [CorrectiveActionHandlers, CorrectiveActionReadHandlers, ClockComparisonHandlers],
  providers: [CorrectiveDueJob],
  migrations: [CorrectiveActions1799400000000],
};
