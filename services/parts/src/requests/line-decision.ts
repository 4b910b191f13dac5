import type { Tx } from '@aftercare/service';
import type { PartsRequestLine } from './parts-request.entity.js';

/** An answer on a line of a request, with who gave it, in which role, and when (P-5). */
export interface LineDecision {
  step: 'review' | 'accept' | 'decline' | 'lower' | 'waive' | 'reject';
  /** May be empty where none is asked for. */
  reason: string;
  role: string;
  by: string;
  at: string;
}

/** P-5: a new answer stands beside those before it; the reason that was given last is the line's own. */
export async function keepDecision(tx: Tx, line: PartsRequestLine, step: LineDecision['step'], reason: string): Promise<void> {
  line.decisions = [...line.decisions, { step, reason, role: tx.ctx.role, by: tx.ctx.userId, at: await tx.now() }];
  if (reason !== '') line.decisionReason = reason;
}
