import { eventually, type Api, type Ref } from '../http/api.js';
import { photo } from '../http/photo.js';
import { visitedOn } from '../http/running.js';
import { confirmSlip, pay, type Slip } from './charged.js';
import type { Job } from './goods.js';
import { pickAndPlan, review, WAYBILL, type Manufacturer, type Request } from './loop.js';

/** A dealer and the manufacturer, as far as parts go between them. */
export interface PartsStage extends Manufacturer {
  dealer: { id: string; manager: Api };
  receivingSiteId: string;
}

/** Pieces of a part, perhaps for a product. */
export interface Pieces {
  partId: string;
  quantity: number;
  unitSerial?: string;
}

/** A request for a visit 《售后服务材料需求表》, handed in (P-3). */
export async function ask({ dealer, people }: PartsStage, lines: Pieces[], urgency: 'urgent' | 'scheduled' = 'urgent'): Promise<Request> {
  const drafted = await dealer.manager.post('/parts-requests', { purpose: 'visit', visitOn: visitedOn(), deliveryAddress: '建材市场1号', urgency, lines });
  await dealer.manager.post(`/parts-requests/${drafted.id}/submit`, { version: drafted.version });
  return people.clerk.get<Request>(`/parts-requests/${drafted.id}`);
}

/** The dealer accepts what was quoted, and the slip over it is confirmed (P-5, F-1). */
export async function acceptAll(stage: PartsStage, quoted: Request, paymentMethod: 'bank_transfer' | 'account'): Promise<Slip> {
  const lineIds = quoted.lines.filter(({ state }) => state === 'quoted').map(({ id }) => id);
  await stage.dealer.manager.post(`/parts-requests/${quoted.id}/accept-quote`, { version: quoted.version, lineIds, paymentMethod, invoiceWish: 'later' });
  return confirmSlip(stage, quoted.id);
}

/** Pays a slip whole, and waits until parts has heard of it (B-4). */
export async function payWhole(stage: PartsStage, slip: Slip): Promise<void> {
  await pay(stage, slip, slip.grossTotal);
  await eventually(() => stage.people.clerk.get<Slip>(`/charge-slips/${slip.id}`), ({ paid }) => paid, 'the payment of the slip');
}

export function ship({ people }: PartsStage, planned: Ref): Promise<Ref> {
  return people.keeper.post(`/shipping-orders/${planned.id}/ship`, { version: planned.version, ...WAYBILL });
}

/** Shipped and delivered; receipt is confirmed by the dealer (P-8). */
export async function shipAndDeliver(stage: PartsStage, planned: Ref): Promise<Ref> {
  const shipped = await ship(stage, planned);
  return stage.people.keeper.post(`/shipping-orders/${planned.id}/deliver`, { version: shipped.version });
}

/** How pieces are supplied: free and to be returned, paid, or given (P-6). */
export type Supply = 'warranty' | 'charged' | 'gift';

/** Asked for, reviewed, paid where they are charged, shipped, delivered and received (P-3 to P-9). */
export async function issue(stage: PartsStage, pieces: Pieces, supply: Supply): Promise<void> {
  const request = await ask(stage, [pieces]);
  const reviewed = await review(stage, request, supply === 'gift' ? { supplyKind: 'gift', reason: '周年赠品' } : {});
  if (supply === 'charged') await payWhole(stage, await acceptAll(stage, reviewed, 'bank_transfer'));
  const delivered = await shipAndDeliver(stage, await pickAndPlan(stage, reviewed));
  await stage.dealer.manager.post(`/shipping-orders/${delivered.id}/confirm-receipt`, { version: delivered.version });
}

/** A parcel as it was counted (H-5). */
export interface CountedParcel extends Ref {
  lines: { metQuantity?: number; surplusQuantity?: number; lateQuantity?: number; refusedQuantity?: number }[];
}

/** The dealer announces and sends pieces; Taizhou receives them and counts what is there (H-4, H-5). */
export async function sendBack({ dealer, people, receivingSiteId }: PartsStage, pieces: Pieces, counted = pieces.quantity): Promise<CountedParcel> {
  const announced = await dealer.manager.post('/returns', { lines: [{ ...pieces, condition: 'old' }] });
  const sent = await dealer.manager.post(`/returns/${announced.id}/send`, { version: announced.version, carrier: '德邦', waybillNumber: 'DB100' });
  const received = await people.keeper.post(`/returns/${announced.id}/receive`, { version: sent.version, warehouseId: receivingSiteId });
  const lines = [{ ...pieces, quantity: counted, condition: 'reusable' }];
  return people.keeper.post<CountedParcel>(`/returns/${announced.id}/count`, { version: received.version, lines });
}

/** A stocktake 《用户借料盘点表》 as far as the stories read it. */
export interface Stocktake extends Ref {
  returnUntil: string;
  objectUntil: string;
  month: string;
  netTotal: string;
  borrowedQuantity: number;
  variance: number;
  outstandingQuantity: number;
  slipIds?: string[];
}

export interface StocktakeLine {
  id: string;
  partId: string;
  borrowedQuantity: number;
  returnedQuantity: number;
  variance: number;
  outstandingQuantity: number;
}

async function done(by: Api, begun: { id: string }): Promise<Job> {
  const job = await eventually(() => by.get<Job>(`/jobs/parts/${begun.id}`), ({ state }) => state === 'done' || state === 'failed', 'the end of the job');
  if (job.state !== 'done') throw new Error(`the job failed: ${JSON.stringify(job.errors)}`);
  return job;
}

/** The clerk opens a stocktake as of the end of a day, in a job (H-2); answers its id. */
export async function openStocktake({ people, dealer }: PartsStage, days: { cutOffOn: string; returnUntil?: string }): Promise<string> {
  const job = await done(people.clerk, await people.clerk.post('/stocktakes', { dealerId: dealer.id, ...days }));
  return (JSON.parse(job.result) as { stocktakeId: string }).stocktakeId;
}

export function stocktake({ people }: PartsStage, id: string): Promise<Stocktake> {
  return people.clerk.get<Stocktake>(`/stocktakes/${id}`);
}

export async function linesOf({ people }: PartsStage, id: string): Promise<StocktakeLine[]> {
  return (await people.clerk.get<{ items: StocktakeLine[] }>(`/stocktakes/${id}/lines?limit=200`)).items;
}

/** The stocktake is closed by itself once its last day for returns is over (H-7). */
export function untilClosed(stage: PartsStage, id: string): Promise<Stocktake> {
  return eventually(() => stocktake(stage, id), ({ state }) => state === 'closed', 'the end of the time for returns');
}

/** The dealer objects to lines (H-7). */
export async function objectTo(stage: PartsStage, id: string, lineIds: string[]): Promise<void> {
  const { version } = await stocktake(stage, id);
  await stage.dealer.manager.post(`/stocktakes/${id}/object`, { version, lines: lineIds.map((lineId) => ({ lineId, reason: '旧件已寄出' })) });
}

/** What a supervisor decides of a line (H-7). */
export interface Decision {
  lineId: string;
  decision: 'charge' | 'excuse' | 'extend';
  dueOn?: string;
}

/** The supervisor decides on lines; what is excused is shown by a photo (H-7). */
export async function decide(stage: PartsStage, id: string, decisions: Decision[]): Promise<void> {
  const { supervisor } = stage.people;
  const lines = await Promise.all(decisions.map(async (each) => ({
    ...each, reason: '已核实', ...(each.decision === 'excuse' ? { evidence: [await supervisor.upload(await photo(61), 'evidence.jpg', 'image/jpeg')] } : {}),
  })));
  await supervisor.post(`/stocktakes/${id}/decide`, { version: (await stocktake(stage, id)).version, lines });
}

/** The supervisor confirms, in a job: what is still out is charged (H-7). */
export async function confirmStocktake(stage: PartsStage, id: string): Promise<Stocktake> {
  const { supervisor } = stage.people;
  await done(supervisor, await supervisor.post(`/stocktakes/${id}/confirm`, { version: (await stocktake(stage, id)).version }));
  return stocktake(stage, id);
}
