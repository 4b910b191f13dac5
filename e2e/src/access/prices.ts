import { addDays, businessDate, ROLES, seesPrices } from '@aftercare/domain';
import type { Answer, Api } from '../http/api.js';
import { review, type Request, type Stage } from '../story/loop.js';
import { createPart, publishPrices, receiveStock } from '../story/goods.js';
import { filled, type Operation } from './openapi.js';
import type { AccessWorld } from './world.js';

/** A price that stands nowhere by chance, and who may read it wherever it stands (F-7). `own` are the people of the dealer whose documents bear it. */
interface Secret {
  what: string;
  price: string;
  readers: readonly string[];
}

const STAFF = ROLES.filter((role) => !role.startsWith('dealer_'));
const OWN = 'own ';
/** The manager of the dealer whose sub-dealer has the documents: it reads them, never what they come to (domain 1). */
const PARENT = 'parent dealer_manager';

const PRICES: readonly Secret[] = [
  { what: 'what the manufacturer paid', price: '417.29', readers: ['finance_clerk', 'service_supervisor', 'auditor'] },
  { what: 'what dealers pay by the list', price: '731.19', readers: [...ROLES.filter(seesPrices), `${OWN}dealer_manager`, PARENT] },
  { what: 'what this dealer alone pays', price: '523.87', readers: [...STAFF, `${OWN}dealer_manager`] },
  { what: 'what the list suggests to ask of customers', price: '911.43', readers: [...ROLES, `${OWN}dealer_manager`, `${OWN}dealer_technician`, PARENT] },
  { what: 'what this dealer asks of its customers', price: '887.61', readers: [...STAFF, `${OWN}dealer_manager`, `${OWN}dealer_technician`] },
  { what: 'what this dealer’s work costs by its tariff', price: '613.37', readers: [...STAFF, `${OWN}dealer_manager`, `${OWN}dealer_technician`] },
  { what: 'what this dealer quoted for a call', price: '577.13', readers: [...STAFF, `${OWN}dealer_manager`, `${OWN}dealer_technician`] },
  { what: 'what this dealer recorded for a visit', price: '541.91', readers: [...STAFF, `${OWN}dealer_manager`, `${OWN}dealer_technician`] },
];
const [COST, DEALER_PRICE, SPECIAL_PRICE, SUGGESTED, ASKED, TARIFF, QUOTED, RECORDED] = PRICES.map(({ price }) => price);

/** Documents of the first dealer that bear these prices, by the first segment of their path. */
export type PricedIds = Readonly<Record<string, string>>;

/** A part with these prices on stock, in a request that is quoted and one that the supervisor lowered, and on slips whose money is booked. */
export async function priceThings(stage: Stage): Promise<PricedIds> {
  const { people: { clerk, keeper, supervisor }, dealer: { manager, id: dealerId }, goods } = stage;
  const today = businessDate(new Date());
  const { id: partId } = await createPart(clerk, { number: 'PRICED-1', name: '有价配件', partClass: 'cartridge' });
  await publishPrices(stage.people, today, [{ partId, dealerPrice: DEALER_PRICE ?? '', suggestedPrice: SUGGESTED ?? '' }]);
  await receiveStock(keeper, goods.receivingSiteId, [{ partId, quantity: 9, unitCost: COST ?? '' }]);
  await keeper.post('/purchase-orders', { supplier: '供应商', warehouseId: goods.receivingSiteId, expectedOn: addDays(today, 7), lines: [{ partId, quantity: 2 }] });
  await manager.put(`/dealers/${dealerId}/part-prices`, { effectiveFrom: today, prices: [{ partId, unitPrice: ASKED }] });
  const quoted = async (): Promise<Request> => {
    const draft = await manager.post('/parts-requests', { purpose: 'stock', urgency: 'urgent', deliveryAddress: '建材市场1号', lines: [{ partId, quantity: 1 }] });
    const { id } = await manager.post(`/parts-requests/${draft.id}/submit`, { version: draft.version });
    return review(stage, await clerk.get<Request>(`/parts-requests/${id}`));
  };
  const [plain, lowered] = [await quoted(), await quoted()];
  const lineId = lowered.lines[0]?.id;
  const declined = await manager.post(`/parts-requests/${lowered.id}/decline-quote`, { version: lowered.version, lineIds: [lineId], reason: '太贵' });
  await supervisor.post(`/parts-requests/${lowered.id}/decide`, { version: declined.version, lineId, decision: 'lower', specialPrice: SPECIAL_PRICE, reason: '老客户' });
  const ids: Record<string, string> = { parts: partId, 'parts-requests': plain.id };
  for (const { id } of [plain, lowered]) {
    const { version, lines } = await manager.get<Request>(`/parts-requests/${id}`);
    await manager.post(`/parts-requests/${id}/accept-quote`, { version, lineIds: lines.map((line) => line.id), paymentMethod: 'bank_transfer', invoiceWish: 'later' });
    const { items: [slip] } = await clerk.get<{ items: { id: string; version: number }[] }>(`/charge-slips?requestId=${id}`);
    await clerk.post(`/charge-slips/${slip?.id}/confirm`, { version: slip?.version });
    Object.assign(ids, { 'charge-slips': slip?.id, receivables: slip?.id, 'lowered-request': id });
  }
  ids['repair-calls'] = await feesOfCall(stage);
  return ids;
}

/** A call with the dealer's tariff, a quote that the customer agreed to, and a first visit within it. */
async function feesOfCall({ dealer: { id: dealerId, manager, technician, technicianUserId }, goods: { faultCode } }: Stage): Promise<string> {
  const today = businessDate(new Date());
  await manager.put(`/dealers/${dealerId}/fees`, { effectiveFrom: today, labourFee: TARIFF, travelFee: '0.00' });
  const call = await manager.post('/repair-calls', {
    channel: 'phone', contactName: '李四', contactPhone: '13612340002', address: { regionCode: '310104', detail: '中山西路3号' }, symptoms: '异响', unitDescription: '龙头',
  });
  const { version } = await manager.post(`/repair-calls/${call.id}/assign`, { version: call.version, technicianUserId });
  const quote = await technician.post<{ version: number; quoteId: string }>(`/repair-calls/${call.id}/quote`, { version, labourFee: QUOTED, travelFee: '0.00', lines: [] });
  const agreed = await technician.post(`/repair-calls/${call.id}/answer-quote`, {
    version: quote.version, quoteId: quote.quoteId, accepted: true, method: 'phone', customerName: '李四', answeredAt: new Date().toISOString(),
  });
  await technician.post(`/repair-calls/${call.id}/record`, {
    version: agreed.version, faults: [{ faultCode, faultDescription: '异响', cause: '松动', action: '紧固' }], partsUsed: [], labourFee: RECORDED, travelFee: '0.00', resolved: false, toldCustomer: '再来一次',
  });
  return call.id;
}

/** Who reads in a body what he may not, and what each of them read at all. */
export interface Readings {
  wrong: string[];
  read: Record<string, string[]>;
  /** Endpoints of which nobody got an answer, so that nothing could be searched. */
  unread: string[];
}

/**
 * F-7: everybody reads every endpoint that answers a GET in JSON, the lists whole, and each document of the first dealer that is known; what
 * an answer says is searched for each price.
 */
export async function readEverything(world: AccessWorld, priced: PricedIds, operations: readonly Operation[]): Promise<Readings> {
  const { manager, technician } = world.stage.dealer;
  const readers: Record<string, Api | undefined> = { ...world.callers, [`${OWN}dealer_manager`]: manager, [`${OWN}dealer_technician`]: technician, [PARENT]: world.parent };
  const wrong: string[] = [];
  const answered = new Set<string>();
  const read = new Map(PRICES.map(({ what }) => [what, new Set<string>()]));
  const asked = operations.filter(({ method, answersJson }) => method === 'GET' && answersJson);
  for (const operation of asked) {
    for (const path of await pathsOf(operation, world, priced)) {
      await Promise.all(Object.entries(readers).map(async ([reader, api]) => {
        const text = textOf(await (api as Api).raw('GET', path));
        if (text !== '') answered.add(operation.name);
        for (const { what, price, readers: may } of PRICES.filter((secret) => text.includes(secret.price))) {
          read.get(what)?.add(reader);
          if (!may.includes(reader)) wrong.push(`${reader} reads ${what} (${price}) at ${path}`);
        }
      }));
    }
  }
  const unread = asked.map(({ name }) => name).filter((name) => !answered.has(name));
  return { wrong, read: Object.fromEntries([...read].map(([what, by]) => [what, [...by].sort()])), unread };
}

/** The sorted readers whom the table names, price by price. */
export const readersOf = (): Record<string, string[]> => Object.fromEntries(PRICES.map(({ what, readers }) => [what, [...readers].sort()]));

/** Sheets and papers are drawn from the same answers. */
function textOf({ status, headers, body }: Answer): string {
  return status === 200 && (headers.get('content-type') ?? '').includes('json') ? JSON.stringify(body) : '';
}

/** What must be told with a question, beside its days or month. */
const QUERIES: Readonly<Record<string, string>> = {
  '/audit': 'service=parts', '/dead-letters': 'service=parts', '/ledger/statement': 'account=receivable', '/months/{month}/lines': 'list=revenue', '/quality/control-limits': 'kind=part',
  '/quality/promises': 'by=dealer', '/quality/rates': 'by=dealer', '/quality/pareto': 'by=part',
};

async function pathsOf({ path, ofMonth, ofDays }: Operation, world: AccessWorld, priced: PricedIds): Promise<string[]> {
  const today = businessDate(new Date());
  const query = new URLSearchParams({ ...Object.fromEntries(new URLSearchParams(QUERIES[path])), ...(path === '/stock/reservations' ? { partId: priced.parts ?? '' } : {}), ...(ofMonth && !path.includes('{month}') ? { month: today.slice(0, 7) } : {}), ...(ofDays ? { from: today, to: today } : {}) });
  if (!path.includes('{')) return [`${path}?${query.toString()}`, `${path}?${new URLSearchParams([...query, ['limit', '200']]).toString()}`];
  const kind = path.split('/')[1] ?? '';
  const known = [world.ids[kind], priced[kind], ...(kind === 'parts-requests' ? [priced['lowered-request']] : [])].filter((id) => id !== undefined);
  if (known.length === 0) known.push(await newestOf(world.callers.auditor as Api, kind));
  return known.map((id) => `${filled(path, (name) => nameOf(name, id, world, priced))}?${query.toString()}`);
}

/** The first document of a kind that there is, which the auditor sees; the kind itself where there is none. */
async function newestOf(auditor: Api, kind: string): Promise<string> {
  const { status, body } = await auditor.raw<{ items?: { id?: string; slipId?: string }[] }>('GET', `/${kind}?limit=1`);
  const [first] = status === 200 ? (body.items ?? []) : [];
  return first?.id ?? first?.slipId ?? kind;
}

function nameOf(placeholder: string, id: string, world: AccessWorld, priced: PricedIds): string {
  if (placeholder === 'partId') return priced.parts ?? id;
  if (placeholder === 'modelId') return world.stage.goods.modelId;
  if (placeholder === 'serial') return world.stage.serials[0] ?? id;
  if (placeholder === 'service') return 'parts';
  if (placeholder === 'month') return businessDate(new Date()).slice(0, 7);
  return placeholder === 'lineId' ? world.lineId : id;
}

/** What nobody reads in this world, and why; whoever adds an endpoint sees that it is read, or says why not. */
export const unreadHere: Readonly<Record<string, string>> = Object.fromEntries([
  ...[
    '/adjustments/{id}', '/bank-formats/{id}', '/carrier-claims/{id}', '/consolidations/{id}', '/consolidations/{id}/dealers', '/corrective-actions/{id}', '/dealers/{dealerId}/agreements/{id}',
    '/installation-checklists/{id}', '/invoice-batches/{id}', '/invoice-batches/{id}/rows', '/money-openings/{id}', '/openings/{id}', '/openings/{id}/lines', '/payables/{slipId}', '/quality-warnings/{id}',
    '/quality-warnings/{id}/readers', '/quality/alerts/{id}', '/stock-counts/{id}', '/stock-counts/{id}/lines', '/stock-transfers/{id}', '/supplier-claims/{id}', '/tariffs/{id}',
  ].map((path) => [`GET ${path}`, 'the world has no document of this kind']),
  ...['/public/calls/{token}', '/public/confirmations/{token}'].map((path) => [`GET ${path}`, 'the link is known to the customer alone']),
  ['GET /jobs/{service}/{id}', 'seen by who started it alone'],
  ['GET /months/{month}/lines', 'no month is closed'],
  ['GET /return-labels', 'wants the code of a label'],
]);
