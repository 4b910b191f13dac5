import { randomUUID } from 'node:crypto';
import { addDays, businessDate } from '@aftercare/domain';
import { Api, eventually } from '../http/api.js';
import { photo } from '../http/photo.js';
import { visitedOn } from '../http/running.js';
import { bothLoops } from '../story/both-loops.js';
import { pickAndPlan, review, WAYBILL, type Request, type Stage } from '../story/loop.js';
import { registerDealer, signedIn, type Accounts, type DealerPeople } from '../story/people.js';
import { setUpStage } from '../story/stage.js';

import type { SpecPlatform } from '../spec/platform-fixture.js';

/** Two dealers, one of them with a document of every kind. */
export interface AccessWorld {
  stage: Stage & { serials: string[] };
  other: DealerPeople;
  /** The manager of the first dealer's parent. */
  parent: Api;
  /** Everybody who can sign in, by role; the dealer roles are the other dealer's. */
  callers: Record<string, Api>;
  /** Ids of the first dealer's documents, by the first segment of their path. */
  ids: Record<string, string>;
  /** Ids of the other dealer's documents, as far as it has some. */
  otherIds: Record<string, string>;
  lineId: string;
  photo: { id: string; sha256: string };
  /** A file that a purchase proof of the first dealer names. */
  filed: string;
  /** What the other dealer needs to fill a body with its own things; the customer is no work of its technician. */
  own: { photo: { id: string; sha256: string }; customerId: string; unitId: string; unsoldId: string; callId: string };
}

const CALL = {
  channel: 'phone', contactName: '李四', contactPhone: '13612340001', address: { regionCode: '310104', detail: '中山西路2号' }, symptoms: '异响', unitDescription: '龙头',
};
/** A third party's repair of today. */
export const CLAIM = { reason: 'too_far', performedOn: businessDate(new Date()), performedBy: '小李五金', description: '更换角阀', amount: '120.00', payeeKind: 'dealer' };
export const RECEIPT = { payerName: '王小明', method: 'cash', lines: [{ kind: 'fee', description: '上门服务费', quantity: 1, unitPrice: '80.00' }] };

const PASSWORD = 'Access-spec-2026-x';
const STAFF = ['clerk', 'supervisor', 'keeper', 'finance', 'quality', 'auditor'] as const;
const ROLE_OF: Record<(typeof STAFF)[number], string> = {
  clerk: 'service_clerk', supervisor: 'service_supervisor', keeper: 'warehouse_keeper', finance: 'finance_clerk', quality: 'quality_engineer', auditor: 'auditor',
};

/** Plays the story for one dealer, registers another, and collects an id of every kind of document. */
export async function makeWorld(spec: SpecPlatform): Promise<AccessWorld> {
  const accounts: Accounts = { url: spec.running.url, password: PASSWORD, suffix: 'acc' };
  let parent = spec.admin;
  const stage = await setUpStage(spec.admin, accounts, () => undefined, async (people) => {
    const { id, manager } = await registerDealer(people, accounts, { code: 'PARENT', name: '总经销商', regionCode: '320102', territory: ['320000'] });
    parent = manager;
    return id;
  });
  await bothLoops(stage);
  await failInstallation(stage);
  await certifyTechnician(stage);
  await tellFirstDealer(stage);
  await askForSupport(stage);
  await claimReimbursement(stage);
  await checkRecords(stage);
  await recallUnit(stage);
  await provePurchase(stage);
  await takeStock(stage);
  await objectToCount(stage);
  await countWrongPart(stage);
  await askForChange(stage);
  const other = await registerDealer(stage.people, accounts, { code: 'OTHER', name: '另一经销商', regionCode: '330106', territory: ['330000'] });
  const callers: Record<string, Api> = { admin: spec.admin, dealer_manager: other.manager, dealer_technician: other.technician };
  for (const name of STAFF) callers[ROLE_OF[name]] = await signedIn(accounts, `${name}acc`);
  callers.anonymous = new Api(accounts.url);
  const { manager } = stage.dealer;
  await draftRedLetter(stage);
  await askForRefund(stage);
  await remindOfSlip(stage);
  const uploaded = await manager.upload(await photo(77), 'a.jpg', 'image/jpeg');
  const { ids, lineId } = await collectIds(stage, uploaded.id);
  const { evidence } = await manager.get<{ evidence: { id: string } }>(`/purchase-proofs/${ids['purchase-proofs']}`);
  const { quoteId = '' } = await quoteFees(manager, ids['repair-calls'] ?? '');
  await closeStocktake(stage, ids.stocktakes ?? '');
  const { own, otherIds } = await ownThings(stage, other);
  return {
    stage, other, parent, callers, ids: { ...ids, 'model-documents': await draftCareNote(stage), lines: lineId, quotes: quoteId }, otherIds, lineId, photo: uploaded, filed: evidence.id, own,
  };
}

/** Opens a quality report of the first dealer (C-4, R-7). */
async function failInstallation(stage: Stage & { serials: string[] }): Promise<void> {
  const { manager, technician, technicianUserId } = stage.dealer;
  const unit = await manager.get<{ id: string; version: number }>(`/product-units/by-serial/${stage.serials[2]}`);
  const { items } = await manager.get<{ items: { id: string }[] }>('/customers?limit=1');
  await manager.post(`/product-units/${unit.id}/sell`, { version: unit.version, customerId: items[0]?.id, purchaseDate: '2026-01-05' });
  const times = { appointmentFrom: new Date().toISOString(), appointmentTo: new Date(Date.now() + 3_600_000).toISOString() };
  const planned = await manager.post('/installations', { unitId: unit.id, technicianUserId, ...times });
  await technician.post(`/installations/${planned.id}/fail`, { version: planned.version, reason: '接口渗水' });
}

/** The first dealer's technician passes a training (D-5). */
async function certifyTechnician(stage: Stage): Promise<void> {
  const { clerk } = stage.people;
  const { items } = await stage.dealer.manager.get<{ items: { id: string }[] }>('/technicians?limit=1');
  const course = await clerk.post('/training-courses', { code: 'ACC-1', name: '龙头维修', family: 'faucet', validMonths: 24 });
  const training = await clerk.post('/trainings', { courseId: course.id, heldOn: '2026-01-05', place: '台州' });
  const attendances = [{ technicianId: items[0]?.id, result: 'passed' }];
  await clerk.post(`/trainings/${training.id}/record-attendance`, { version: training.version, attendances });
}

/** The first dealer asks the manufacturer on a call of its own. */
async function askForSupport({ dealer: { manager } }: Stage): Promise<void> {
  const call = await manager.post('/repair-calls', CALL);
  await manager.post(`/repair-calls/${call.id}/request-support`, { kind: 'support', question: '异响从哪里查起' });
}

/** The first dealer hands in proof of another day of purchase (W-4). */
async function provePurchase(stage: Stage & { serials: string[] }): Promise<void> {
  const { manager } = stage.dealer;
  const unit = await manager.get<{ id: string; version: number }>(`/product-units/by-serial/${stage.serials[2]}`);
  const evidence = await manager.upload(await photo(78), 'receipt.jpg', 'image/jpeg');
  await manager.post(`/product-units/${unit.id}/prove-purchase`, { version: unit.version, purchaseDate: '2026-01-04', evidence, reason: '发票日期' });
}

/** A stocktake of the first dealer as of yesterday (H-2). */
async function takeStock({ people: { clerk }, dealer }: Stage): Promise<void> {
  await clerk.post('/stocktakes', { dealerId: dealer.id, cutOffOn: addDays(businessDate(new Date()), -1) });
}

/** The first dealer objects to the count of its return (H-5). */
async function objectToCount({ dealer: { manager } }: Stage): Promise<void> {
  const { items: [parcel] } = await manager.get<{ items: { id: string }[] }>('/returns?limit=1&state=counted');
  const { lines: [line] } = await manager.get<{ lines: { lineId: string; countedQuantity: number }[] }>(`/returns/${parcel?.id}`);
  await manager.post(`/returns/${parcel?.id}/object`, { lineId: line?.lineId, kind: 'quantity', quantity: (line?.countedQuantity ?? 0) + 1, reason: '少点一件' });
}

/** A return of the first dealer with a wrong part in it (H-5). */
async function countWrongPart({ dealer: { manager }, people: { keeper }, goods }: Stage): Promise<void> {
  const lines = [{ partId: goods.cartridgeId, quantity: 1, condition: 'old' }];
  const announced = await manager.post('/returns', { lines });
  const sent = await manager.post(`/returns/${announced.id}/send`, { version: announced.version, carrier: '德邦', waybillNumber: 'DB0002' });
  const received = await keeper.post(`/returns/${announced.id}/receive`, { version: sent.version, warehouseId: goods.receivingSiteId });
  await keeper.post(`/returns/${announced.id}/count`, { version: received.version, lines: [{ partId: goods.cartridgeId, quantity: 1, condition: 'wrong_part' }] });
}

/** The first dealer asks for a line of a printed picking list to be cancelled (P-10). */
async function askForChange(stage: Stage & { serials: string[] }): Promise<void> {
  const { people: { keeper, clerk }, dealer: { manager }, goods, serials } = stage;
  const lines = [{ partId: goods.cartridgeId, quantity: 1, unitSerial: serials[0], fault: '滴水' }];
  const draft = await manager.post('/parts-requests', { purpose: 'visit', visitOn: visitedOn(), urgency: 'urgent', deliveryAddress: '建材市场1号', lines });
  const { id } = await manager.post(`/parts-requests/${draft.id}/submit`, { version: draft.version });
  const reviewed = await review(stage, await clerk.get<Request>(`/parts-requests/${id}`));
  const [pickingId] = reviewed.pickingOrderIds;
  await keeper.post(`/picking-orders/${pickingId}/print`, { version: 1 });
  await manager.post(`/parts-requests/${id}/lines/${reviewed.lines[0]?.id}/ask-change`, { kind: 'cancel', reason: '客户改期' });
}

/** A bulletin for the first dealer alone (D-8). */
async function tellFirstDealer(stage: Stage): Promise<void> {
  const { clerk, supervisor } = stage.people;
  const drafted = await clerk.post('/bulletins', { kind: 'notice', title: '通知', text: '停产', dealerIds: [stage.dealer.id] });
  await supervisor.post(`/bulletins/${drafted.id}/publish`, { version: drafted.version });
}

/** A claim of the first dealer, and a receipt of it (B-7). */
async function claimReimbursement({ dealer: { manager } }: Stage): Promise<void> {
  const { items } = await manager.get<{ items: { id: string }[] }>('/repair-calls?limit=1');
  await manager.post('/reimbursements', { ...CLAIM, callId: items[0]?.id });
  await manager.post('/receipts', { ...RECEIPT, callId: items[0]?.id });
}

/** A spot check of the first dealer's records, closed so that it sees it (D-6). */
async function checkRecords({ people: { clerk }, dealer }: Stage): Promise<void> {
  const today = businessDate(new Date());
  const drawn = await clerk.post('/spot-checks', { dealerId: dealer.id, from: today, to: today, sampleSize: 1 });
  const { items } = await clerk.get<{ items: { id: string; version: number }[] }>(`/spot-checks/${drawn.id}`);
  for (const { id, version } of items) await clerk.post(`/spot-checks/${drawn.id}/items/${id}/score`, { version, outcome: 'unreachable' });
  await clerk.post(`/spot-checks/${drawn.id}/close`, { version: drawn.version });
}

/** A campaign on a unit of the first dealer, launched so that it sees it. */
async function recallUnit({ people, serials: [serial] }: Stage & { serials: string[] }): Promise<void> {
  const { quality } = people;
  const opened = await quality.post('/campaigns', {
    content: { kind: 'service', title: '更换密封圈', problem: '密封圈老化', remedy: '更换', selection: { serials: [serial] }, dueOn: '2099-01-01' },
  });
  const collected = await quality.post(`/campaigns/${opened.id}/collect`, { version: opened.version });
  await quality.post(`/campaigns/${opened.id}/launch`, { version: collected.version });
}

/** A draft is the manufacturer's alone (W-9). */
async function draftCareNote({ people: { clerk } }: Stage): Promise<string> {
  const { items } = await clerk.get<{ items: { id: string }[] }>('/product-models?limit=1');
  const texts = { title: '保养', text: '定期清洗滤网', textEn: 'Clean the filter regularly' };
  return (await clerk.post('/model-documents', { modelId: items[0]?.id, kind: 'care_note', ...texts })).id;
}

/** The first dealer is reminded of a slip of its (B-5). */
async function remindOfSlip({ dealer, people: { clerk, finance }, goods }: Stage): Promise<void> {
  const slip = await clerk.post('/charge-slips', {
    dealerId: dealer.id, lines: [{ partId: goods.cartridgeId, quantity: 1 }], paymentMethod: 'bank_transfer', invoiceWish: 'later', reason: '补收',
  });
  await clerk.post(`/charge-slips/${slip.id}/confirm`, { version: slip.version });
  await eventually(() => finance.raw('GET', `/receivables/${slip.id}`), ({ status }) => status === 200, 'the receivable');
  await finance.post('/dunnings', { dealerId: dealer.id });
}

/** Money of the first dealer that is to be paid back (B-4). */
async function askForRefund({ dealer, people: { finance } }: Stage): Promise<void> {
  const payment = await finance.post('/payments', { dealerId: dealer.id, method: 'bank_transfer', amount: '1.00', reference: '多付' });
  await finance.post('/refunds', { dealerId: dealer.id, paymentId: payment.id, amount: '1.00', method: 'bank_transfer', reason: '多付' });
}

/** A red letter over the first dealer's invoice (B-2). */
async function draftRedLetter({ dealer: { manager }, people: { finance } }: Stage): Promise<void> {
  const { items } = await manager.get<{ items: { id: string }[] }>('/invoices?limit=1');
  await finance.post(`/invoices/${items[0]?.id}/draft-red-letter`, { reason: '抬头有误' });
}

async function collectIds(stage: Stage, attachmentId: string): Promise<{ ids: Record<string, string>; lineId: string }> {
  const { manager, technicianUserId, id: dealerId } = stage.dealer;
  const first = async (path: string, key = 'id'): Promise<string> => {
    for (const until = Date.now() + 10_000; ; ) {
      const { items } = await manager.get<{ items: Record<string, string>[] }>(`${path}?limit=1`);
      if (items[0]) return items[0][key] ?? '';
      if (Date.now() > until) throw new Error(`the first dealer has nothing under ${path}`);
    }
  };
  const listed = [
    'customers', 'product-units', 'installations', 'repair-calls', 'quality-reports', 'reimbursements', 'spot-checks', 'parts-requests', 'order-changes', 'shipping-orders', 'obligations', 'stocktakes', 'returns', 'count-objections', 'wrong-parts',
    'charge-slips', 'payments', 'refunds', 'receipts', 'dunnings', 'invoices', 'red-letters', 'technicians', 'certificates', 'bulletins', 'notices', 'monthly-reports', 'purchase-proofs', 'support-questions', 'campaigns', 'campaign-units',
  ];
  const slipId = await first('/receivables', 'slipId');
  const ids: Record<string, string> = { dealers: dealerId, users: technicianUserId, attachments: attachmentId, receivables: slipId, payables: slipId };
  for (const kind of listed) ids[kind] = await first(`/${kind}`);
  const request = await manager.get<{ lines: { id: string }[] }>(`/parts-requests/${ids['parts-requests']}`);
  const job = await stage.people.clerk.raw<{ id: string }>('POST', '/imports/units', await emptyDispatch());
  ids.jobs = job.body.id ?? randomUUID();
  return { ids, lineId: request.lines[0]?.id ?? '' };
}

/** A sheet with one wrong row: its job belongs to the clerk who started it. */
async function emptyDispatch(): Promise<FormData> {
  const form = new FormData();
  form.append('file', new Blob(['serial,modelCode,dealerCode,manufacturedOn,dispatchedOn\nX,NONE,NONE,2026-01-01,2026-01-02\n'], { type: 'text/csv' }), 'rows.csv');
  return form;
}

/** Labour of a call is quoted to its customer. */
async function quoteFees(manager: Api, callId: string): Promise<{ quoteId?: string }> {
  const { version } = await manager.get<{ version: number }>(`/repair-calls/${callId}`);
  return manager.post<{ quoteId?: string }>(`/repair-calls/${callId}/quote`, { version, labourFee: '50.00', travelFee: '0.00' });
}

/** The notice of the first dealer's stocktake, from which on it may object (H-7). */
async function closeStocktake({ people: { clerk } }: Stage, id: string): Promise<void> {
  const { version } = await clerk.get<{ version: number }>(`/stocktakes/${id}`);
  await clerk.post(`/stocktakes/${id}/close`, { version });
}

/** What the other dealer has of its own. */
async function ownThings(stage: Stage & { serials: string[] }, other: DealerPeople): Promise<Pick<AccessWorld, 'own' | 'otherIds'>> {
  const { manager, technicianUserId } = other;
  const address = { regionCode: '330106', detail: '文三路1号' };
  const register = (name: string, phone: string): Promise<{ id: string }> =>
    manager.post('/customers', { name, phones: [phone], address, language: 'zh-CN', consentService: true });
  const [customer, buyer] = [await register('另一客户', '13688880000'), await register('另一买家', '13688880001')];
  const found = (serial = ''): Promise<{ id: string; version: number }> => manager.get(`/product-units/by-serial/${serial}`);
  const [unsold, unit] = [await found(stage.serials[3]), await found(stage.serials[5])];
  await manager.post(`/product-units/${unit.id}/sell`, { version: unit.version, serial: stage.serials[5], customerId: buyer.id, purchaseDate: '2026-01-05' });
  const times = { appointmentFrom: new Date().toISOString(), appointmentTo: new Date(Date.now() + 3_600_000).toISOString() };
  const installation = await manager.post('/installations', { unitId: unit.id, technicianUserId, ...times });
  const { items: [report] } = await manager.get<{ items: { id: string }[] }>('/monthly-reports?kind=installation&limit=1');
  const callId = (await manager.post('/repair-calls', CALL)).id;
  const { quoteId = '' } = await quoteFees(manager, callId);
  const { request, shippingOrderId } = await deliverTo({ ...stage, dealer: other });
  const file = await manager.upload(await photo(78), 'b.jpg', 'image/jpeg');
  return {
    own: { photo: file, customerId: customer.id, unitId: unit.id, unsoldId: unsold.id, callId },
    otherIds: {
      dealers: other.id, users: technicianUserId, attachments: file.id, customers: customer.id, 'product-units': unit.id, installations: installation.id,
      'monthly-reports': report?.id ?? '', 'repair-calls': callId, quotes: quoteId, 'parts-requests': request.id, lines: request.lines[0]?.id ?? '', 'shipping-orders': shippingOrderId,
    },
  };
}

/** A part of a dealer's request lies at its door, not yet confirmed (P-8). */
async function deliverTo(stage: Stage & { serials: string[] }): Promise<{ request: Request; shippingOrderId: string }> {
  const { people: { clerk, keeper }, dealer: { manager }, goods, serials } = stage;
  const lines = [{ partId: goods.cartridgeId, quantity: 1, unitSerial: serials[6], fault: '滴水' }];
  const draft = await manager.post('/parts-requests', { purpose: 'visit', visitOn: visitedOn(), urgency: 'urgent', deliveryAddress: '建材市场1号', lines });
  const { id } = await manager.post(`/parts-requests/${draft.id}/submit`, { version: draft.version });
  const reviewed = await review(stage, await clerk.get<Request>(`/parts-requests/${id}`));
  const planned = await pickAndPlan(stage, reviewed);
  const shipped = await keeper.post(`/shipping-orders/${planned.id}/ship`, { version: planned.version, ...WAYBILL });
  await keeper.post(`/shipping-orders/${planned.id}/deliver`, { version: shipped.version });
  return { request: reviewed, shippingOrderId: planned.id };
}
