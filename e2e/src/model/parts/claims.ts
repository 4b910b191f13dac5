import { same } from '../compare.js';
import { compareActions, unless, type Shown } from './documents.js';
import type { ClaimModel, PartsModel, ShipmentModel } from './model.js';
import { fen, partIndex, read, type ActorName, type Sequence } from './sequence.js';

/** Ids of claims that decisions on a shipment's differences opened; who is not of the manufacturer is told of none. */
export async function learnClaims(model: PartsModel, sequence: Sequence, shipment: ShipmentModel): Promise<void> {
  type Difference = { id: string; carrierClaimId?: string };
  const { discrepancies = [] } = await read<{ discrepancies?: Difference[] }>(sequence, 'keeper', `/shipping-orders/${shipment.id}`);
  for (const claim of model.claims) {
    const shown = discrepancies.find(({ id }) => id === claim.discrepancy.id);
    if (shown) claim.id = shown.carrierClaimId || 'none was opened';
  }
  const claimed = new Set(model.claims.map(({ discrepancy }) => discrepancy.id));
  same('differences over which something is claimed', discrepancies.filter(({ carrierClaimId }) => carrierClaimId).map(({ id }) => id).sort(), discrepancies.map(({ id }) => id).filter((id) => claimed.has(id)).sort());
  const { discrepancies: seen = [] } = await read<{ discrepancies?: Difference[] }>(sequence, 'manager', `/shipping-orders/${shipment.id}`);
  same('claims that a dealer is told of', seen.filter(({ carrierClaimId }) => carrierClaimId), []);
}

/** Where each step of a claim is possible. */
export const FROM = { files: ['draft', 'filed'], file: ['draft'], settle: ['filed'], refuse: ['filed'], withdraw: ['draft', 'filed'] } as const;
export type ClaimAction = keyof typeof FROM;

export const isIn = (claim: ClaimModel, states: readonly ClaimModel['state'][]): boolean => states.includes(claim.state);

/** P-8: a claim against a carrier; dealers see none. */
export async function compareClaim(sequence: Sequence, claim: ClaimModel, actor: ActorName): Promise<Shown> {
  const shown = await read<Shown & Record<string, string>>(sequence, actor, `/carrier-claims/${claim.id}`);
  const { state, discrepancy: { of, missing, state: cause }, unitPrice, amount, settled } = claim;
  same(`carrier claim ${claim.id} as ${actor} sees it`, {
    state: shown.state, cause: shown.cause, part: partIndex(sequence, shown.partId ?? ''), quantity: shown.quantity, unitPrice: fen(shown.unitPrice), value: fen(shown.value),
    amount: fen(shown.amount), settled: fen(shown.settledAmount), numbered: shown.number !== '',
  }, { state, cause, part: of.line.part, quantity: missing, unitPrice, value: unitPrice * missing, amount, settled, numbered: state !== 'draft' });
  compareActions('a carrier claim', shown, actor, Object.fromEntries((Object.keys(FROM) as ClaimAction[]).map((action) => [action, [['keeper', 'clerk'], unless(isIn(claim, FROM[action]))]])));
  return shown;
}
