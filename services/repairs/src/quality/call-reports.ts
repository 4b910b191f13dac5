import type { QualityReportState } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';

/** Where a report of a call stands, whichever dealer handed it in: no text of it. */
export interface CallReport {
  dealerId: string;
  state: QualityReportState;
  submittedAt: string | null;
  closedAt: string | null;
  designDefect: boolean;
}

/** all reports of a call in their order, those of dealers that had it before too: a call is one case, whoever had it. */
export function standingsOf(tx: Tx, callId: string): Promise<CallReport[]> {
  return tx.sql<CallReport>({ name: 'call_reports', text: STANDINGS, values: [callId] });
}

const STANDINGS = `select dealer_id as "dealerId", state, iso(submitted_at) as "submittedAt", iso(closed_at) as "closedAt", design_defect as "designDefect" from call_reports($1::uuid)`;

/** every other report of the call is about the right unit too, also one of a dealer that had the call before. */
export function followElsewhere(
  tx: Tx, { id, originId, unitId, serial }: { id: string | null; originId: string; unitId: string | null; serial: string },
): Promise<{ id: string; dealerId: string; former: string }[]> {
  return tx.sql({ name: 'call_reports_follow', text: 'select id, dealer_id as "dealerId", former from call_reports_follow($1::uuid, $2::uuid, $3::uuid, $4)', values: [originId, id, unitId, serial] });
}
