import { FaultCodePublishedSchema } from '@aftercare/contracts';
import { notFound } from '@aftercare/messaging';
import { expectVersion, type Change, type Tx } from '@aftercare/service';
import { FaultCodeRow } from './fault-code.entity.js';
import { faultCodeSteps, requireCodeRole } from './fault-code.rules.js';

/** The audit trail's name of the document. */
export const FAULT_CODE_KIND = 'fault-code';

/** One step of a code by a role that may, at the version it is based on; `changed` holds new texts. */
export async function changeCode(
  tx: Tx,
  action: 'update' | 'publish' | 'deactivate',
  request: { id: string; version: number },
  { changed = {}, reason }: { changed?: Partial<FaultCodeRow>; reason?: string } = {},
): Promise<CodeRef> {
  const row = await tx.em.findOne(FaultCodeRow, { where: { id: request.id }, lock: { mode: 'pessimistic_write' } });
  if (!row) throw notFound('fault code');
  requireCodeRole(action, tx.ctx.role);
  expectVersion(row, request.version, { state: row.state });
  const before = { ...row };
  Object.assign(row, changed, { state: faultCodeSteps.next(action, row.state), version: row.version + 1 });
  await tx.em.save(FaultCodeRow, row);
  const fields = ['state', 'name', 'nameEn'] as const;
  const shown: [string, Change][] = fields.filter((field) => row[field] !== before[field]).map((field) => [field, { before: before[field], after: row[field] }]);
  await tx.audit({
    action, kind: FAULT_CODE_KIND, id: row.id, changed: { ...Object.fromEntries(shown), ...(reason === undefined ? {} : { reason: { after: reason } }) },
  });
  if (action === 'publish') {
    const { kind, family, code, name, nameEn, version } = row;
    await tx.announce(FaultCodePublishedSchema, { kind, family, code, name, nameEn, version });
  }
  return refOf(row);
}

/** The answer of every command on a code. */
export interface CodeRef {
  id: string;
  number: string;
  state: string;
  version: number;
}

export function refOf({ id, code: number, state, version }: FaultCodeRow): CodeRef {
  return { id, number, state, version };
}
