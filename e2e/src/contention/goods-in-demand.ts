import { businessDate, addMonths } from '@aftercare/domain';
import { Api, eventually, type Ref } from '../http/api.js';
import { businessClockOf, visitedOn, type BusinessClock, type Running } from '../http/running.js';
import { createPart, publishPrices, receiveStock } from '../story/goods.js';
import { WAYBILL, type Request, type Stage } from '../story/loop.js';
import type { Accounts } from '../story/people.js';

/** What the chapters of the campaign act with. */
export interface Arena extends Stage {
  /** Serials in warranty. */
  serials: string[];
  /** Bought so long ago that nothing is free. */
  oldSerial: string;
  /** Another site that holds stock. */
  otherSiteId: string;
  /** A second reviewer. */
  otherClerk: Api;
  /** For further dealers and their people. */
  accounts: Accounts;
  clock: BusinessClock;
}

export const PREPARING_AT_ONCE = 32;
const OLD_MONTHS = 29;

/** A unit of the stage that is out of warranty. */
async function sellLongAgo({ dealer }: Stage, serial: string): Promise<string> {
  const customer = await dealer.manager.post('/customers', {
    name: '王一', phones: ['13900000001'], address: { regionCode: '310104', detail: '漕溪路1号' }, language: 'zh-CN', consentService: true,
  });
  const unit = await dealer.manager.get<{ id: string; version: number }>(`/product-units/by-serial/${serial}`);
  await dealer.manager.post(`/product-units/${unit.id}/sell`, { version: unit.version, customerId: customer.id, purchaseDate: addMonths(businessDate(new Date()), -OLD_MONTHS) });
  return serial;
}

/** What the chapters need besides a story's stage. */
export async function arenaOf(stage: Stage & { serials: string[] }, accounts: Accounts, { databases }: Running): Promise<Arena> {
  const { password } = accounts;
  const { admin } = stage.people;
  const [oldSerial = '', ...serials] = stage.serials;
  const site = await admin.post('/warehouses', { code: 'HZ', name: '杭州仓', nameEn: 'Hangzhou', kind: 'receiving' });
  await admin.post('/users', { username: 'second-clerk', name: '钱专员', role: 'service_clerk', password });
  const otherClerk = new Api(stage.url);
  // Passwords given by others are changed at the first sign-in.
  await otherClerk.signIn('second-clerk', password, `${password}-2`);
  return { ...stage, serials, oldSerial: await sellLongAgo(stage, oldSerial), otherSiteId: site.id, otherClerk, accounts, clock: businessClockOf(databases) };
}

let parts = 0;

/** A part with so many pieces at Taizhou, and a price from today on where it is to be charged. */
export async function freshPart({ people, goods, clock }: Arena, quantity: number, price = ''): Promise<string> {
  parts += 1;
  const { id } = await createPart(people.clerk, { number: `HOT-${String(parts).padStart(5, '0')}`, name: '抢手件', partClass: 'cartridge' });
  if (price !== '') await publishPrices(people, await clock.today(), [{ partId: id, dealerPrice: price, suggestedPrice: price }]);
  await receiveStock(people.keeper, goods.receivingSiteId, [{ partId: id, quantity, unitCost: '1' }]);
  return id;
}

interface Wish {
  lines: { partId: string; quantity: number; unitSerial: string }[];
  by?: Api;
}

/** A request that is handed in and waits for its review. */
export async function submitted({ dealer, people }: Arena, { lines, by = dealer.manager }: Wish): Promise<Request> {
  const drafted = await by.post('/parts-requests', { purpose: 'visit', visitOn: visitedOn(), deliveryAddress: '上海市徐汇区建材市场1号', urgency: 'urgent', lines });
  await by.post(`/parts-requests/${drafted.id}/submit`, { version: drafted.version });
  return people.clerk.get<Request>(`/parts-requests/${drafted.id}`);
}

export function review({ people }: Arena, request: Request, by: Api = people.clerk): Promise<Request> {
  return by.post<Request>(`/parts-requests/${request.id}/review`, { version: request.version, lines: request.lines.map(({ id }) => ({ lineId: id })) });
}

/** From the review to the door of the warehouse. */
export async function readyToShip(arena: Arena, request: Request): Promise<Ref> {
  const { keeper, clerk } = arena.people;
  const { pickingOrderIds: [pickingId] } = await eventually(
    () => clerk.get<Request>(`/parts-requests/${request.id}`), ({ pickingOrderIds }) => pickingOrderIds.length > 0, 'a picking order',
  );
  const open = await keeper.get<Ref>(`/picking-orders/${pickingId}`);
  const printed = await keeper.post(`/picking-orders/${pickingId}/print`, { version: open.version });
  await keeper.post(`/picking-orders/${pickingId}/pick`, { version: printed.version });
  return clerk.post('/shipping-orders', { pickingOrderId: pickingId });
}

export function ship({ people }: Arena, order: Ref): Promise<Ref> {
  return people.keeper.post(`/shipping-orders/${order.id}/ship`, { version: order.version, ...WAYBILL });
}

export interface Slip extends Ref {
  grossTotal: string;
  paid: boolean;
}

/** A charged request on its way to the warehouse's door, its slip confirmed and known to invoicing. */
export async function chargedOrder(arena: Arena, partId: string, paymentMethod: 'bank_transfer' | 'account'): Promise<{ order: Ref; slip: Slip }> {
  const { people, dealer } = arena;
  const request = await submitted(arena, { lines: [{ partId, quantity: 1, unitSerial: arena.oldSerial }] });
  const quoted = await review(arena, request);
  await dealer.manager.post(`/parts-requests/${request.id}/accept-quote`, { version: quoted.version, lineIds: quoted.lines.map(({ id }) => id), paymentMethod, invoiceWish: 'later' });
  const { items: [draft] } = await people.clerk.get<{ items: Ref[] }>(`/charge-slips?requestId=${request.id}`);
  if (!draft) throw new Error(`accepting the quote of ${quoted.state} opened no slip`);
  await people.clerk.post(`/charge-slips/${draft.id}/confirm`, { version: draft.version });
  await eventually(() => people.finance.raw('GET', `/receivables/${draft.id}`), ({ status }) => status === 200, 'the receivable');
  return { order: await readyToShip(arena, request), slip: await people.clerk.get<Slip>(`/charge-slips/${draft.id}`) };
}

/** Pays a slip, and waits until parts has heard of it. */
export async function pay({ people, dealer }: Arena, slip: Slip): Promise<void> {
  const payment = await people.finance.post<Ref>('/payments', { dealerId: dealer.id, method: 'bank_transfer', amount: slip.grossTotal, reference: slip.number });
  if (payment.state !== 'matched') {
    await people.finance.post(`/payments/${payment.id}/match`, { version: payment.version, allocations: [{ slipId: slip.id, amount: slip.grossTotal }] });
  }
  await eventually(() => people.clerk.get<Slip>(`/charge-slips/${slip.id}`), ({ paid }) => paid, 'the payment of the slip');
}
