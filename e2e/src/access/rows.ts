import { addMonths, businessDate } from '@aftercare/domain';
import { CLAIM, type AccessWorld } from './world.js';

/** How an endpoint that takes another document's id must answer a dealer to whom it does not belong. */
export interface TenancyRow {
  /** A whole, valid body, so that the answer is about the document and not about the body. */
  body?: (world: AccessWorld) => object;
  /** Everybody may see this kind of document; why. */
  shared?: string;
}

const version = (): object => ({ version: 1 });
const reasoned = (): object => ({ version: 1, reason: '原因' });
const CUSTOMER = { name: '张三', phones: ['13612340000'], address: { regionCode: '330106', detail: '文三路1号' }, language: 'zh-CN', consentService: true };
const CONTACT = { name: '周会计', phone: '13900001111', purpose: 'finance' };
const WINDOW = { appointmentFrom: '2027-01-04T01:00:00Z', appointmentTo: '2027-01-04T03:00:00Z' };
const FAULTS = [{ faultCode: 'F-ACC', faultDescription: '滴水', cause: '磨损', action: '更换' }];
const REPAIRS = [{ repairedOn: '2026-01-06', note: '更换密封圈' }];
/** An installation of today, in the words of a monthly report. */
const addition = (world: AccessWorld): object => ({ serial: world.stage.serials[3], customerId: world.own.customerId, purchaseDate: businessDate(new Date()), acceptedOn: businessDate(new Date()) });
const LATER = addMonths(businessDate(new Date().toISOString()), 6);
const CATALOGUE = 'the catalogue is the manufacturer\'s and everybody reads it';

/** One row for every endpoint with an id in its path that a dealer's user may call; a missing one fails the spec. */
export const tenancyRows: Record<string, TenancyRow> = {
  'GET /users/{id}': {},
  'PUT /users/{id}': { body: () => ({ version: 1, name: '新名', role: 'dealer_technician' }) },
  'POST /users/{id}/disable': { body: version },
  'POST /users/{id}/enable': { body: version },
  'POST /users/{id}/reset-password': { body: version },
  'GET /attachments/{id}': {},
  'GET /attachments/{id}/thumbnail': {},
  'POST /notices/{id}/read': {},
  'GET /jobs/{service}/{id}': {},
  'GET /jobs/{service}/{id}/marked-up': {},
  'GET /jobs/gateway/{id}/passwords': {},
  'GET /jobs/gateway/{id}/labels': {},
  'GET /settings/{key}': { shared: 'settings are the same for everybody' },
  'GET /dealers/{id}': {},
  'GET /dealers/{id}/print': {},
  'GET /dealers/{dealerId}/file': {},
  'GET /dealers/{dealerId}/fees': {},
  'PUT /dealers/{dealerId}/fees': { body: () => ({ labourFee: '50.00', travelFee: '10.00', effectiveFrom: LATER }) },
  'GET /dealers/{dealerId}/part-prices': {},
  'GET /dealers/{dealerId}/part-prices/{partId}': {},
  'PUT /dealers/{dealerId}/part-prices': { body: (world) => ({ effectiveFrom: LATER, prices: [{ partId: world.stage.goods.cartridgeId, unitPrice: '120.00' }] }) },
  'POST /dealers/{dealerId}/part-prices/end': { body: (world) => ({ effectiveFrom: LATER, partIds: [world.stage.goods.cartridgeId] }) },
  'POST /dealers/{dealerId}/part-prices/copy-suggested': { body: () => ({ effectiveFrom: LATER }) },
  'GET /tariffs/{id}': { shared: 'one tariff for all dealers, once it is published (D-3)' },
  'GET /dealers/{dealerId}/agreements': {},
  'GET /dealers/{dealerId}/agreements/{id}': {},
  'GET /dealers/{dealerId}/agreements/{id}/signed-file': {},
  'GET /dealers/{dealerId}/contacts': {},
  'POST /dealers/{dealerId}/contacts': { body: () => CONTACT },
  'PUT /dealers/{dealerId}/contacts/{id}': { body: () => ({ version: 1, ...CONTACT }) },
  'POST /dealers/{dealerId}/contacts/{id}/remove': { body: version },
  'POST /technicians/{id}/deactivate': { body: version },
  'GET /trainings/{id}': { shared: 'what is held when is for everybody; of who came a dealer sees its own technicians (D-5)' },
  'GET /certificates/{id}': {},
  'GET /bulletins/{id}': {},
  'POST /bulletins/{id}/read': {},
  'GET /bulletins/{id}/attachments/{attachmentId}': {},
  'GET /monthly-reports/{id}': {},
  'GET /monthly-reports/{id}/lines': {},
  'GET /monthly-reports/{id}/print': {},
  'POST /monthly-reports/{id}/correct': { body: () => ({ version: 1, repairs: REPAIRS }) },
  'POST /monthly-reports/{id}/submit': { body: () => ({ version: 1, nil: true }) },
  'POST /monthly-reports/{id}/amend': { body: () => ({ ...reasoned(), repairs: REPAIRS }) },
  'POST /monthly-reports/{id}/installations': { body: (world) => addition(world) },
  'POST /monthly-reports/{id}/installations/import': {},
  'GET /customers/{id}': {},
  'GET /customers/{id}/timeline': {},
  'PUT /customers/{id}': { body: () => ({ version: 1, ...CUSTOMER }) },
  'POST /customers/{id}/merge': { body: (world) => ({ version: 1, intoId: world.own.customerId, intoVersion: 1 }) },
  'GET /customers/{id}/standing': {},
  'POST /customers/{id}/pin-class': { body: () => ({ ...reasoned(), class: 'A' }) },
  'POST /customers/{id}/unpin-class': { body: version },
  'POST /customers/{id}/export': { body: () => ({ reason: '本人要求' }) },
  'POST /customers/{id}/reveal': { body: () => ({ reason: '回电' }) },
  'GET /customers/{id}/print': {},
  'POST /customers/{id}/print': { body: () => ({ reason: '上门核对' }) },
  'GET /product-models/{id}': { shared: CATALOGUE },
  'GET /model-documents/{id}': {},
  'GET /product-units/{id}': {},
  'GET /product-units/{id}/file': {},
  'GET /product-units/by-serial/{serial}': { shared: 'the unit registry is shared (D-9)' },
  'GET /product-units/{id}/coverage': {},
  'POST /product-units/{id}/sell': { shared: 'a dealer may sell a unit that came through another (D-9, C-3)' },
  'POST /product-units/{id}/transfer': { body: (world) => ({ ...reasoned(), customerId: world.own.customerId, transferredOn: '2026-01-06' }) },
  'POST /product-units/{id}/prove-purchase': { body: (world) => ({ version: 1, purchaseDate: '2026-01-06', evidence: world.own.photo, reason: '发票日期' }) },
  'GET /purchase-proofs/{id}': {},
  'GET /installation-checklists/{id}': { shared: CATALOGUE },
  'GET /installations/{id}': {},
  'GET /installations/{id}/certificate': {},
  'POST /installations/{id}/certificate': { body: () => ({ reason: '上门安装' }) },
  'POST /installations/{id}/complete': { body: () => ({ version: 1, checklist: [{ code: 'no_leak', passed: true }], customerInstructed: true }) },
  'POST /installations/{id}/fail': { body: reasoned },
  'POST /installations/{id}/reschedule': { body: (world) => ({ ...reasoned(), technicianUserId: world.other.technicianUserId, ...WINDOW }) },
  'POST /installations/{id}/cancel': { body: reasoned },
  'GET /repair-calls/{id}': {},
  'POST /repair-calls/{id}/reveal': { body: () => ({ reason: '回电' }) },
  'POST /repair-calls/{id}/assign': { body: (world) => ({ version: 1, technicianUserId: world.other.technicianUserId }) },
  'POST /repair-calls/{id}/arrive': { body: version },
  'POST /repair-calls/{id}/hand-back': { body: reasoned },
  'POST /repair-calls/{id}/extend': { body: () => ({ version: 1, reason: 'remote_area' }) },
  'POST /repair-calls/{id}/record': { body: () => ({ version: 1, faults: FAULTS, resolved: true }) },
  'POST /repair-calls/{id}/confirmation-link': {},
  'POST /repair-calls/{id}/confirm': { body: (world) => ({ version: 1, method: 'signature', evidence: world.own.photo }) },
  'POST /repair-calls/{id}/refuse': { body: reasoned },
  'POST /repair-calls/{id}/cancel': { body: reasoned },
  'POST /repair-calls/{id}/reopen': { body: reasoned },
  'POST /repair-calls/{id}/reschedule': { body: () => ({ ...reasoned(), ...WINDOW }) },
  'POST /repair-calls/{id}/hand-over': { body: (world) => ({ ...reasoned(), technicianUserId: world.other.technicianUserId }) },
  'POST /repair-calls/{id}/request-support': { body: () => ({ kind: 'support', question: '怎么拆' }) },
  'POST /repair-calls/{id}/quote': { body: () => ({ version: 1, labourFee: '50.00', travelFee: '0.00' }) },
  'POST /repair-calls/{id}/answer-quote': { body: (world) => ({ version: 1, quoteId: world.own.customerId, accepted: false, method: 'signature', reason: '太贵' }) },
  'POST /repair-calls/{id}/request-parts': { body: (world) => ({ deliveryAddress: '仓库', urgency: 'urgent', lines: [{ partId: world.stage.goods.cartridgeId, quantity: 1 }] }) },
  'POST /repair-calls/{id}/correct': { body: () => ({ ...reasoned(), fields: ['symptoms'], symptoms: '渗水' }) },
  'GET /support-questions/{id}': {},
  'GET /quality-reports/{id}': {},
  'POST /quality-reports/{id}/submit': { body: () => ({ version: 1, description: '渗水', cause: '密封圈', action: '更换', visibleDamage: false }) },
  'GET /spot-checks/{id}': {},
  'POST /spot-checks/{id}/acknowledge': {},
  'GET /reimbursements/{id}': {},
  'POST /reimbursements/{id}/reveal': { body: () => ({ reason: '付款' }) },
  'PUT /reimbursements/{id}': { body: () => ({ version: 1, ...CLAIM }) },
  'POST /reimbursements/{id}/submit': { body: version },
  'POST /reimbursements/{id}/withdraw': { body: reasoned },
  'POST /reimbursements/{id}/tell-customer': { body: () => ({ version: 1, way: 'phone' }) },
  'GET /fault-codes/{id}': { shared: CATALOGUE },
  'POST /quality-reports/{id}/read-answer': {},
  'POST /repair-calls/{id}/mark-design-defect': { body: () => ({ reason: '阀体结构' }) },
  'POST /installations/{id}/mark-design-defect': { body: () => ({ reason: '阀体结构' }) },
  'GET /quality-warnings/{id}': { shared: 'a warning is for every dealer (R-8)' },
  'POST /quality-warnings/{id}/read': { shared: 'a warning is for every dealer (R-8)' },
  'GET /repair-calls/{id}/print': {},
  'POST /repair-calls/{id}/print': { body: () => ({ reason: '上门核对' }) },
  'GET /quality-reports/{id}/print': {},
  'GET /campaigns/{id}': {},
  'GET /campaigns/{id}/dealers': {},
  'GET /campaigns/{id}/parts': {},
  'GET /campaign-units/{id}': {},
  'POST /campaign-units/{id}/mark': { body: () => ({ version: 1, outcome: 'contacted', note: '周六上门' }) },
  'GET /campaign-units/{id}/letter': {},
  'POST /campaign-units/{id}/letter': { body: () => ({ reason: '寄信' }) },
  'GET /parts/{id}': { shared: CATALOGUE },
  'GET /parts/{id}/file': { shared: CATALOGUE },
  'GET /product-models/{modelId}/parts': { shared: CATALOGUE },
  'GET /price-lists/{id}': { shared: 'one price list for all dealers (F-7)' },
  'GET /parts-requests/{id}': {},
  'GET /parts-requests/{id}/print': {},
  'POST /parts-requests/{id}/submit': { body: version },
  'POST /parts-requests/{id}/withdraw': { body: version },
  'POST /parts-requests/{id}/accept-quote': { body: (world) => ({ version: 1, lineIds: [world.lineId], paymentMethod: 'cash', invoiceWish: 'now' }) },
  'POST /parts-requests/{id}/decline-quote': { body: (world) => ({ version: 1, lineIds: [world.lineId], reason: '太贵' }) },
  'POST /parts-requests/{id}/lines/{lineId}/cancel': { body: version },
  'POST /parts-requests/{requestId}/lines/{lineId}/ask-change': { body: () => ({ kind: 'cancel', reason: '不需要了' }) },
  'GET /order-changes/{id}': {},
  'POST /order-changes/{id}/withdraw': { body: version },
  'GET /shipping-orders/{id}': {},
  'GET /shipping-orders/{id}/print': {},
  'POST /shipping-orders/{id}/agree-date': { body: () => ({ version: 1, agreedDate: '2027-01-01' }) },
  'POST /shipping-orders/{id}/confirm-receipt': { body: version },
  'GET /obligations/{id}/why': {},
  'GET /stocktakes/{id}': {},
  'GET /stocktakes/{id}/lines': {},
  'GET /stocktakes/{id}/exclusions': {},
  'GET /stocktakes/{id}/print': {},
  'POST /stocktakes/{id}/object': { body: (world) => ({ version: 1, lines: [{ lineId: world.lineId, reason: '已退回' }] }) },
  'GET /returns/{id}': {},
  'POST /returns/{parcelId}/object': { body: (world) => ({ lineId: world.lineId, kind: 'quantity', quantity: 5, reason: '少点' }) },
  'GET /count-objections/{id}': {},
  'POST /count-objections/{id}/withdraw': { body: () => ({ version: 1 }) },
  'POST /wrong-parts/{id}/instruct': { body: () => ({ version: 1, instruction: 'scrap' }) },
  'GET /returns/{id}/label': {},
  'POST /returns/{id}/send': { body: () => ({ version: 1, carrier: '德邦', waybillNumber: 'X1' }) },
  'GET /charge-slips/{id}': {},
  'POST /charge-slips/{slipId}/set-invoice-wish': { body: () => ({ version: 1, invoiceWish: 'later' }) },
  'GET /receivables/{slipId}': {},
  'GET /payments/{id}': {},
  'GET /invoices/{id}': {},
};

/** A body in which one field names another document; every such field of every body a dealer may send has a row. */
export interface NestedRow {
  operation: string;
  /** Path of the field in the body, e.g. 'photos.0.id'. */
  field: string;
  /** The kind whose foreign id is tried. */
  kind: string;
  body: (world: AccessWorld) => object;
  path?: (world: AccessWorld) => string;
}

const CALL = { channel: 'phone', contactName: '张三', contactPhone: '13612340000', address: { regionCode: '330106', detail: '文三路1号' }, symptoms: '滴水', unitDescription: '龙头' };
const hour = 3_600_000;

/** Foreign ids nested in bodies (architecture 5): each is answered exactly like a missing one. */
export const nestedRows: NestedRow[] = [
  { operation: 'POST /customers', field: 'dealerId', kind: 'dealers', body: () => CUSTOMER },
  { operation: 'POST /users', field: 'dealerId', kind: 'dealers', body: () => ({ username: `n${Date.now().toString(36)}`, name: '新人', role: 'dealer_technician' }) },
  { operation: 'POST /technicians', field: 'userId', kind: 'users', body: () => ({ name: '新人' }) },
  { operation: 'POST /repair-calls', field: 'customerId', kind: 'customers', body: () => CALL },
  { operation: 'POST /repair-calls', field: 'unitId', kind: 'product-units', body: () => CALL },
  { operation: 'POST /repair-calls', field: 'dealerId', kind: 'dealers', body: () => CALL },
  { operation: 'POST /repair-calls', field: 'photos.0.id', kind: 'attachments', body: (world) => ({ ...CALL, photos: [world.own.photo] }) },
  ...([['customerId', 'customers', 'customer'], ['unitId', 'product-units', 'unit']] as const).map(([field, kind, entry]): NestedRow => ({
    operation: 'POST /repair-calls/{id}/correct', field, kind, path: (world) => `/repair-calls/${world.own.callId}/correct`, body: () => ({ ...reasoned(), fields: [entry] }),
  })),
  {
    operation: 'POST /repair-calls/{id}/hand-over', field: 'technicianUserId', kind: 'users', path: (world) => `/repair-calls/${world.own.callId}/hand-over`,
    body: () => reasoned(),
  },
  {
    operation: 'POST /repair-calls/{id}/request-support', field: 'photos.0.id', kind: 'attachments', path: (world) => `/repair-calls/${world.own.callId}/request-support`,
    body: (world) => ({ kind: 'support', question: '怎么拆', photos: [world.own.photo] }),
  },
  {
    operation: 'POST /repair-calls/{id}/answer-quote', field: 'evidence.id', kind: 'attachments', path: (world) => `/repair-calls/${world.own.callId}/answer-quote`,
    body: (world) => ({ version: 1, quoteId: world.own.customerId, accepted: true, method: 'signature', evidence: { ...world.own.photo } }),
  },
  {
    operation: 'POST /installations', field: 'technicianUserId', kind: 'users',
    body: (world) => ({ unitId: world.own.unitId, appointmentFrom: new Date().toISOString(), appointmentTo: new Date(Date.now() + hour).toISOString() }),
  },
  {
    operation: 'POST /installations', field: 'unitId', kind: 'product-units',
    body: (world) => ({
      technicianUserId: world.other.technicianUserId, appointmentFrom: new Date().toISOString(), appointmentTo: new Date(Date.now() + hour).toISOString(),
    }),
  },
  {
    operation: 'POST /parts-requests', field: 'callId', kind: 'repair-calls',
    body: (world) => ({ purpose: 'repair', deliveryAddress: '仓库', urgency: 'urgent', lines: [{ partId: world.stage.goods.cartridgeId, quantity: 1, unitSerial: 'X' }] }),
  },
  {
    operation: 'POST /parts-requests', field: 'dealerId', kind: 'dealers',
    body: (world) => ({ purpose: 'stock', deliveryAddress: '仓库', urgency: 'urgent', lines: [{ partId: world.stage.goods.cartridgeId, quantity: 1 }] }),
  },
  {
    operation: 'POST /returns', field: 'dealerId', kind: 'dealers',
    body: (world) => ({ lines: [{ partId: world.stage.goods.cartridgeId, quantity: 1, condition: 'old' }] }),
  },
  {
    operation: 'POST /returns/{parcelId}/object', field: 'photos.0.id', kind: 'attachments', path: (world) => `/returns/${world.ids.returns}/object`,
    body: (world) => ({ lineId: world.lineId, kind: 'quantity', quantity: 5, reason: '少点', photos: [{ ...world.own.photo }] }),
  },
  { operation: 'POST /reimbursements', field: 'callId', kind: 'repair-calls', body: () => CLAIM },
  ...(['customerId', 'technicianUserId'] as const).map((field): NestedRow => ({
    operation: 'POST /monthly-reports/{id}/installations', field, kind: field === 'customerId' ? 'customers' : 'users',
    path: (world) => `/monthly-reports/${world.own.reportId}/installations`, body: addition,
  })),
  {
    operation: 'POST /customers/{id}/merge', field: 'intoId', kind: 'customers', path: (world) => `/customers/${world.own.customerId}/merge`,
    body: () => ({ version: 1, intoVersion: 1 }),
  },
  {
    operation: 'POST /product-units/{id}/transfer', field: 'customerId', kind: 'customers', path: (world) => `/product-units/${world.own.unitId}/transfer`,
    body: () => ({ ...reasoned(), transferredOn: '2026-01-06' }),
  },
  {
    operation: 'POST /product-units/{id}/sell', field: 'customerId', kind: 'customers', path: (world) => `/product-units/${world.own.unitId}/sell`,
    body: () => ({ version: 1, purchaseDate: '2026-01-05' }),
  },
  {
    operation: 'POST /product-units/{id}/prove-purchase', field: 'evidence.id', kind: 'attachments', path: (world) => `/product-units/${world.own.unitId}/prove-purchase`,
    body: (world) => ({ version: 1, purchaseDate: '2026-01-05', evidence: world.own.photo }),
  },
  {
    operation: 'POST /product-units/{id}/sell', field: 'proof.id', kind: 'attachments', path: (world) => `/product-units/${world.own.unitId}/sell`,
    body: (world) => ({ version: 1, customerId: world.own.customerId, purchaseDate: '2026-01-05', proof: world.own.photo }),
  },
];

/** Lists that a dealer may filter by a dealer: another's id finds nothing. */
export const dealerLists = [
  '/customers', '/product-units', '/product-units/cross-territory', '/warranty-extensions', '/purchase-proofs', '/installations', '/repair-calls', '/support-questions', '/quality-reports', '/reimbursements', '/spot-checks', '/campaign-units', '/parts-requests', '/order-changes', '/shipping-orders', '/obligations', '/stocktakes', '/late-returns', '/returns', '/count-objections', '/wrong-parts', '/back-orders', '/reports/holdings-by-age',
  '/charge-slips', '/receivables', '/payments', '/invoices', '/technicians', '/certificates', '/users', '/monthly-reports', '/duties',
];
