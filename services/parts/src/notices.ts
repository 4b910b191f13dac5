import { NoticeRequestedSchema } from '@aftercare/contracts';
import type { Role } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';

/** Somebody is told about a document: ids, numbers and figures only. */
export interface Notice {
  /** Stable code, e.g. 'parts.submitted'. */
  kind: string;
  role: Role;
  /** Dealer whose users of the role are told; absent for the manufacturer's. */
  dealerId?: string;
  document: { kind: string; id: string; number: string };
  severity?: 'info' | 'warning' | 'alarm';
  params?: Record<string, string | number>;
}

/** asks the gateway to tell the people of a role, when this transaction commits. */
export async function notify(tx: Tx, notice: Notice): Promise<void> {
  await tx.announce(NoticeRequestedSchema, {
    kind: notice.kind,
    recipientRole: notice.role,
    recipientDealerId: notice.dealerId ?? '',
    documentKind: notice.document.kind,
    documentId: notice.document.id,
    documentNumber: notice.document.number,
    severity: notice.severity ?? 'info',
    params: JSON.stringify(notice.params ?? {}),
  });
}
