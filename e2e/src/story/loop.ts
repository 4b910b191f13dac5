import { Api, eventually, type Ref } from '../http/api.js';
import { photo } from '../http/photo.js';
import type { Goods } from './goods.js';
import type { DealerPeople, People } from './people.js';

/** Told with each step: what was done, and the number of the document it left. */
export type Tell = (step: string, number: string) => void;

/** Everything a story acts with. */
export interface Stage {
  people: People;
  dealer: DealerPeople;
  goods: Goods;
  tell: Tell;
  /** The gateway's address, for the customer who has no account. */
  url: string;
  /** The business time of the platform. */
  now: () => Date;
}

/** Who bought what, when. */
export interface Sale {
  customerId: string;
  unitId: string;
  serial: string;
  customerName: string;
  customerPhone: string;
  /** Where he lives and the part is sent to; the dealer's own place unless told. */
  address?: string;
}

const HOME = '漕溪北路88弄3号502室';

/** What a story left behind, for the checks of its caller. */
export interface LoopResult {
  callId: string;
  requestId: string;
  shippingOrderId: string;
}

interface Line {
  id: string;
  state: string;
  supplyKind: string;
  unitPrice: string;
}

/** A parts request as far as the stories read it. */
export interface Request extends Ref {
  lines: Line[];
  pickingOrderIds: string[];
  chargeSlipIds: string[];
}

/** The dealer registers customer, sale and installation (C-1, C-2, C-4). */
export async function sellAndInstall(stage: Stage, draft: Sale & { purchaseDate: string }): Promise<Sale> {
  const { dealer, tell } = stage;
  const customer = await dealer.manager.post('/customers', {
    name: draft.customerName, phones: [draft.customerPhone], address: { regionCode: '310104', detail: draft.address ?? HOME },
    language: 'zh-CN', consentService: true,
  });
  tell('dealer registers the customer (C-1)', customer.number);
  const unit = await dealer.manager.get<{ id: string; version: number }>(`/product-units/by-serial/${draft.serial}`);
  await dealer.manager.post(`/product-units/${unit.id}/sell`, {
    version: unit.version, customerId: customer.id, purchaseDate: draft.purchaseDate, salePrice: '888.00',
    proof: await dealer.manager.upload(await photo(1), 'receipt.jpg', 'image/jpeg'),
  });
  tell('dealer registers the sale (C-2)', draft.serial);
  const hour = 3_600_000;
  const installation = await dealer.manager.post('/installations', {
    unitId: unit.id, technicianUserId: dealer.technicianUserId,
    appointmentFrom: new Date(stage.now().getTime() + hour).toISOString(), appointmentTo: new Date(stage.now().getTime() + 2 * hour).toISOString(),
  });
  const done = await dealer.technician.post(`/installations/${installation.id}/complete`, {
    version: installation.version, checklist: [{ code: 'no_leak', passed: true }, { code: 'water_pressure', passed: true }], customerInstructed: true,
    photos: [await dealer.technician.upload(await photo(2), 'installed.jpg', 'image/jpeg')],
  });
  tell('technician completes the installation (C-4)', done.number);
  return { ...draft, customerId: customer.id, unitId: unit.id };
}

/** The customer calls, the dealer assigns, the technician arrives and needs a part (R-1, R-2, P-3). */
export async function callAndRequest(stage: Stage, sale: Sale, partId: string): Promise<{ callId: string; request: Request }> {
  const { dealer, tell, people } = stage;
  const opened = await dealer.manager.post('/repair-calls', {
    channel: 'phone', customerId: sale.customerId, unitId: sale.unitId, unitSerial: sale.serial, contactName: sale.customerName,
    contactPhone: sale.customerPhone, address: { regionCode: '310104', detail: sale.address ?? HOME }, symptoms: '龙头关不紧，一直滴水',
    intake: { when: '昨天晚上', where: '主卫', what: '滴水', howMany: '1', degree: '中等' },
  });
  tell('the customer calls, the clock runs (R-1, R-3)', opened.number);
  const assigned = await dealer.manager.post(`/repair-calls/${opened.id}/assign`, { version: opened.version, technicianUserId: dealer.technicianUserId });
  const arrived = await dealer.technician.post(`/repair-calls/${opened.id}/arrive`, { version: assigned.version });
  tell('the technician is on site (R-2)', arrived.number);
  const drafted = await dealer.technician.post('/parts-requests', {
    purpose: 'repair', callId: opened.id, deliveryAddress: sale.address ?? '上海市徐汇区建材市场1号', urgency: 'urgent',
    lines: [{ partId, quantity: 1, unitSerial: sale.serial, fault: '阀芯滴漏' }],
  });
  const submitted = await dealer.technician.post(`/parts-requests/${drafted.id}/submit`, { version: drafted.version });
  tell('the technician asks for a part 《售后服务材料需求表》 (P-3)', submitted.number);
  return { callId: opened.id, request: await people.clerk.get<Request>(`/parts-requests/${drafted.id}`) };
}

/** Who acts at the manufacturer's in a story, and who is told. */
export type Manufacturer = Pick<Stage, 'people' | 'tell'>;

/** The clerk reviews every line; the verdict explains itself (P-5, W-6). */
export async function review({ people, tell }: Manufacturer, request: Request, entries: object = {}): Promise<Request> {
  const reviewed = await people.clerk.post<Request & { lines: (Line & { verdict?: { reason: string } })[] }>(
    `/parts-requests/${request.id}/review`, { version: request.version, lines: request.lines.map(({ id }) => ({ lineId: id, ...entries })) },
  );
  const [line] = reviewed.lines;
  tell(`the clerk reviews: ${line?.verdict?.reason} → ${line?.state} ${line?.supplyKind} (P-5)`, reviewed.number);
  return reviewed;
}

/** The newest picking order 《售后服务领料单》 of a request, printed and picked (P-7). */
export async function pick({ people, tell }: Manufacturer, request: Pick<Ref, 'id'>): Promise<Ref> {
  const ready = await eventually(() => people.clerk.get<Request>(`/parts-requests/${request.id}`), ({ pickingOrderIds }) => pickingOrderIds.length > 0, 'a picking order');
  const pickingId = ready.pickingOrderIds.at(-1);
  const open = await people.keeper.get<Ref>(`/picking-orders/${pickingId}`);
  const printed = await people.keeper.post(`/picking-orders/${pickingId}/print`, { version: open.version });
  const picked = await people.keeper.post(`/picking-orders/${pickingId}/pick`, { version: printed.version });
  tell('the warehouse picks 《售后服务领料单》 (P-7)', picked.number);
  return picked;
}

/** Picking to the door of the warehouse: printed, picked, shipping order planned (P-7, P-8). */
export async function pickAndPlan(stage: Manufacturer, request: Pick<Ref, 'id'>): Promise<Ref> {
  const { id: pickingOrderId } = await pick(stage, request);
  const planned = await stage.people.clerk.post('/shipping-orders', { pickingOrderId });
  stage.tell('the clerk plans the shipment 《售后服务发货单》 (P-8)', planned.number);
  return planned;
}

export const WAYBILL = { carrier: '顺丰', waybillNumber: 'SF1234567890', parcels: 1, weightGrams: 300 };

/** Shipped, delivered, and the dealer confirms the receipt (P-8). */
export async function shipAndReceive(stage: Stage, planned: Ref): Promise<Ref> {
  const { people, dealer, tell } = stage;
  const shipped = await people.keeper.post(`/shipping-orders/${planned.id}/ship`, { version: planned.version, ...WAYBILL });
  tell('the parcel leaves (P-8)', shipped.number);
  const delivered = await people.keeper.post(`/shipping-orders/${planned.id}/deliver`, { version: shipped.version });
  const received = await dealer.technician.post(`/shipping-orders/${planned.id}/confirm-receipt`, { version: delivered.version });
  tell('the dealer confirms the receipt (P-8)', received.number);
  return received;
}

/** The repair record, confirmed by the customer through a one-time link, and filed. */
export async function recordAndConfirm(stage: Stage, work: { callId: string; partId: string }): Promise<void> {
  const { dealer, tell } = stage;
  const call = await dealer.technician.get<Ref>(`/repair-calls/${work.callId}`);
  const solved = await dealer.technician.post(`/repair-calls/${work.callId}/record`, {
    version: call.version,
    faults: [{ faultCode: stage.goods.faultCode, faultDescription: '龙头滴水', cause: '阀芯磨损', action: '更换阀芯' }],
    partsUsed: [{ partId: work.partId, quantity: 1, source: 'holdings', oldPartKept: true }],
    labourFee: '0.00', travelFee: '0.00', resolved: true, toldCustomer: '已试水，无渗漏',
    photos: [await dealer.technician.upload(await photo(3), 'repaired.jpg', 'image/jpeg')],
  });
  tell('the repair record 维修记录 is written (R-5)', solved.number);
  const { token } = await dealer.technician.post<{ token: string }>(`/repair-calls/${work.callId}/confirmation-link`);
  const customer = new Api(stage.url);
  const shown = await customer.get<{ number: string }>(`/public/confirmations/${token}`);
  const filed = await customer.post(`/public/confirmations/${token}`, { confirmed: true });
  tell(`the customer confirms through a one-time link; ${filed.state} (R-6)`, shown.number);
}
