import { newId } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import { notify } from '../notices.js';
import { awaitAnswer, WRONG_PART_WAITS } from '../returns/answers.job.js';
import type { CountedLineRow, Parcel } from '../returns/return-parcel.entity.js';
import { WrongPartRow } from './wrong-part.entity.js';
import { wrongPartSteps } from './wrong-part.rules.js';

type WrittenLine = Pick<CountedLineRow, 'id' | 'partId' | 'quantity' | 'condition'>;

/** H-5: of lines just counted, the wrong parts wait for the dealer's instruction, and it is asked for it. */
export async function keepWrong(tx: Tx, parcel: Parcel, lines: readonly WrittenLine[]): Promise<void> {
  const wrong = lines.filter(({ condition }) => condition === 'wrong_part');
  if (wrong.length === 0) return;
  const { dealerId, id: parcelId, number } = parcel;
  const createdAt = await tx.now();
  const rows = wrong.map(({ id: lineId, partId, quantity }): WrongPartRow => ({
    id: newId(), dealerId, state: wrongPartSteps.initial, parcelId, lineId, partId, quantity, instruction: '', note: '', carrier: '', waybillNumber: '', createdAt, version: 1,
  }));
  await tx.em.insert(WrongPartRow, rows);
  for (const { id } of rows) await awaitAnswer(tx, WRONG_PART_WAITS, id);
  const pieces = wrong.reduce((sum, { quantity }) => sum + quantity, 0);
  await notify(tx, { kind: 'return.wrong_part', role: 'dealer_manager', dealerId, severity: 'warning', document: { kind: 'return-parcel', id: parcelId, number }, params: { pieces } });
}

/** H-5: a line that was corrected waits no longer. The parcel is locked. Refuses STEP_NOT_ALLOWED where it has been dealt with. */
export async function withdrawWrong(tx: Tx, lineId: string): Promise<void> {
  const row = await tx.em.findOne(WrongPartRow, { where: { lineId }, lock: { mode: 'pessimistic_write' } });
  if (!row) return;
  const state = wrongPartSteps.next('withdraw', row.state);
  await tx.em.update(WrongPartRow, { id: row.id }, { state, version: row.version + 1 });
  await tx.cancelDeadline(WRONG_PART_WAITS, row.id);
  await tx.audit({ action: 'withdraw', kind: 'wrong_part', id: row.id, dealerId: row.dealerId, changed: { state: { before: row.state, after: state } } });
}
