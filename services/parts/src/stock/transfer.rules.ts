import { Refusal, defineSteps } from '@aftercare/domain';

export type TransferState = 'sent' | 'short' | 'received' | 'written_off' | 'cancelled';

/** The life of a transfer (P-2): what has not arrived stays in transit until it arrives or is written off. */
export const transferSteps = defineSteps<TransferState, 'receive' | 'receivePart' | 'writeOff' | 'cancel'>({
  initial: 'sent',
  steps: {
    receive: { from: ['sent', 'short'], to: 'received' },
    receivePart: { from: ['sent', 'short'], to: 'short' },
    writeOff: { from: ['short'], to: 'written_off' },
    cancel: { from: ['sent'], to: 'cancelled' },
  },
  final: ['received', 'written_off', 'cancelled'],
});

/** Pieces of a part in a transfer. */
export interface SentPieces {
  partId: string;
  quantity: number;
  receivedQuantity: number;
}

/** P-2: what has arrived of each part after a receipt, together with earlier ones. Refuses LINE_UNKNOWN, MORE_THAN_SENT. */
export function arrivedOf(sent: readonly SentPieces[], arrived: readonly { partId: string; quantity: number }[]): SentPieces[] {
  const unknown = arrived.find(({ partId }) => !sent.some((line) => line.partId === partId));
  if (unknown) throw new Refusal('failed_precondition', 'LINE_UNKNOWN', 'This part was not sent.', { partId: unknown.partId });
  return sent.map((line) => {
    const receivedQuantity = line.receivedQuantity + (arrived.find(({ partId }) => partId === line.partId)?.quantity ?? 0);
    if (receivedQuantity > line.quantity) throw new Refusal('failed_precondition', 'MORE_THAN_SENT', 'More arrived than was sent.', { partId: line.partId, sent: line.quantity });
    return { ...line, receivedQuantity };
  });
}

/** What has not arrived. */
export function missingOf(sent: readonly SentPieces[]): { partId: string; quantity: number }[] {
  return sent.map(({ partId, quantity, receivedQuantity }) => ({ partId, quantity: quantity - receivedQuantity })).filter(({ quantity }) => quantity > 0);
}
