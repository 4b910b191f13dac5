import { Refusal } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';

const OPEN = `select number, request_line_id as "requestLineId" from order_change where request_id = $1 and state = 'open' order by id`;

/** A change that the warehouse has not answered. */
export interface OpenChange {
  number: string;
  requestLineId: string;
}

/** P-10: the changes of a request that the warehouse has not answered. */
export function openChanges(tx: Tx, requestId: string): Promise<OpenChange[]> {
  return tx.sql<OpenChange>({ name: 'order_changes_open', text: OPEN, values: [requestId] });
}

/** P-10: a line is neither shipped nor changed otherwise before the warehouse has answered. Refuses CHANGE_OPEN. */
export function assertUnasked(changes: readonly OpenChange[], lines: readonly { requestLineId: string }[]): void {
  const open = changes.find((change) => lines.some(({ requestLineId }) => requestLineId === change.requestLineId));
  if (open) throw new Refusal('failed_precondition', 'CHANGE_OPEN', 'A change of this line waits for the warehouse.', { number: open.number });
}
