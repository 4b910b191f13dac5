import type { Ref } from '../http/api.js';
import { callAndRequest, pickAndPlan, recordAndConfirm, review, sellAndInstall, shipAndReceive, type LoopResult, type Sale, type Stage } from './loop.js';

interface Obligation {
  id: string;
  outstandingQuantity: number;
  returnedQuantity: number;
}

/**
 * Inside the warranty: the part is free, becomes an obligation, the old part is sent back through Shanghai, received and
 * counted blind at Taizhou, and the obligation ends (H-1, H-4, H-5).
 */
export async function coveredLoop(stage: Stage, sale: Sale & { purchaseDate: string }): Promise<LoopResult> {
  const { dealer, goods, tell } = stage;
  const sold = await sellAndInstall(stage, sale);
  const { callId, request } = await callAndRequest(stage, sold, goods.cartridgeId);
  const approved = await review(stage, request);
  const planned = await pickAndPlan(stage, approved);
  await shipAndReceive(stage, planned);
  await recordAndConfirm(stage, { callId, partId: goods.cartridgeId });
  const owed = await outstanding(stage);
  const why = await dealer.manager.get<{ sentenceZh: string }>(`/obligations/${owed.id}/why`);
  tell(`the dealer owes the old part: ${why.sentenceZh} (H-1)`, planned.number);
  await sendBack(stage, sale.serial);
  const { items } = await dealer.manager.get<{ items: Obligation[] }>(`/obligations?partId=${goods.cartridgeId}&limit=200`);
  const settled = items.find(({ id }) => id === owed.id);
  if (settled?.outstandingQuantity !== 0 || settled.returnedQuantity !== 1) throw new Error(`the obligation did not end: ${JSON.stringify(settled)}`);
  tell('the obligation has ended: returned 1, outstanding 0 (H-1a)', planned.number);
  return { callId, requestId: request.id, shippingOrderId: planned.id };
}

async function outstanding(stage: Stage): Promise<Obligation> {
  const { items } = await stage.dealer.manager.get<{ items: Obligation[] }>(`/obligations?partId=${stage.goods.cartridgeId}&onlyOutstanding=true&limit=200`);
  const newest = items.at(-1);
  if (!newest) throw new Error('the shipment opened no obligation');
  return newest;
}

/** The return parcel 退料: announced, through Shanghai, received and counted at Taizhou. */
async function sendBack(stage: Stage, unitSerial: string): Promise<void> {
  const { dealer, people, goods, tell } = stage;
  const announced = await dealer.manager.post('/returns', {
    lines: [{ partId: goods.cartridgeId, quantity: 1, condition: 'old', unitSerial }], viaTransitId: goods.transitSiteId,
  });
  const sent = await dealer.manager.post(`/returns/${announced.id}/send`, { version: announced.version, carrier: '德邦', waybillNumber: 'DB0001' });
  tell('the dealer sends the old part back (H-4)', sent.number);
  const passed = await people.keeper.post(`/returns/${announced.id}/transit`, { version: sent.version, warehouseId: goods.transitSiteId });
  const received = await people.keeper.post(`/returns/${announced.id}/receive`, { version: passed.version, warehouseId: goods.receivingSiteId });
  const blind = await people.keeper.get<{ lines: { announcedQuantity: number }[] }>(`/returns/${announced.id}`);
  if (blind.lines.some(({ announcedQuantity }) => announcedQuantity !== 0)) throw new Error('the count is not blind');
  const counted = await people.keeper.post<Ref & { lines: { metQuantity: number }[] }>(`/returns/${announced.id}/count`, {
    version: received.version, lines: [{ partId: goods.cartridgeId, quantity: 1, condition: 'scrap', unitSerial }],
  });
  tell('Taizhou counts it blind (H-5)', counted.number);
}
