import { ReturnAcceptedSchema } from '@aftercare/contracts';
import { monthOf, newId } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import type { LateMatch } from '../late-returns/late-return.rules.js';
import type { Meeting } from '../obligations/obligation.rules.js';
import type { Parcel } from './return-parcel.entity.js';
import type { CountedResult } from './return-parcel.rules.js';

/** What became of counted pieces. */
export interface Accepted {
  results: readonly CountedResult[];
  meetings: readonly Meeting[];
  late: readonly LateMatch[];
}

/** H-8: tells what of a count was accepted, under the part that it is set against, which a superseded part is not. */
export async function tellAccepted(tx: Tx, parcel: Parcel, { results, meetings, late }: Accepted): Promise<void> {
  const countedPartId = (line: number): string => results[line].partId;
  const lines = [
    ...meetings.map(({ line, obligationId, partId, quantity }) => ({ countedPartId: countedPartId(line), partId, quantity, outcome: 'met', obligationId })),
    ...late.filter(({ inTime }) => inTime).map(({ line, charged: { partId, obligationId }, quantity }) => ({ countedPartId: countedPartId(line), partId, quantity, outcome: 'late', obligationId })),
    ...results.filter(({ surplusQuantity }) => surplusQuantity > 0).map(({ partId, surplusQuantity }) => ({ countedPartId: partId, partId, quantity: surplusQuantity, outcome: 'surplus' })),
  ];
  if (lines.length === 0) return;
  const { id: parcelId, number, dealerId } = parcel;
  await tx.announce(ReturnAcceptedSchema, { acceptanceId: newId(), parcelId, number, dealerId, lines, month: monthOf(await tx.now()) });
}
