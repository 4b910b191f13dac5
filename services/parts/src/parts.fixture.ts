import { CallService, CoverageService, DealerService, InstallationService, InstalledBaseService, PartService, PartsRequestService, PickingService, PriceListService, ProductFamilyService, ProductModelService, ReceivableService, ShippingService, StockService, type ReleaseSlipRequest } from '@aftercare/contracts';
import { addDays, businessDate, newId, type Coverage, type Role } from '@aftercare/domain';
import { ServiceError, invalidField, notFound, type CallContext } from '@aftercare/messaging';
import { fake, startTestService, type TestService } from '@aftercare/testing';
import { definition } from './parts.module.js';

/** What the other services know, as a spec sets it. */
export interface Around {
  /** Coverage by serial; a serial that is not listed is unknown. */
  coverage: Map<string, Coverage>;
  calls: Map<string, { dealerId: string; openedOn: string; state?: string; unitSerial?: string }>;
  installations: Map<string, { dealerId: string; serial: string }>;
  standing: Map<string, string>;
  /** Room on the dealer's credit line in fen; absent: no line. */
  room: Map<string, number>;
  held: Map<string, { dealerId: string; amount: string }>;
  /** What invoicing answers when a slip is to be released for a reversal. */
  release: (request: ReleaseSlipRequest) => Promise<{ released: boolean; reason?: string }>;
  /** Codes of product models by id. */
  models: Map<string, string>;
  /** Units by dealer and model. */
  installed: Map<string, Map<string, number>>;
  /** Event dates customers was asked with. */
  askedOn: string[];
}

/** The service with the people and the goods most specs need. */
export interface PartsWorld {
  service: TestService;
  around: Around;
  dealerId: string;
  warehouseId: string;
  as(role: Role, given?: Partial<CallContext>): CallContext;
  dealer(role?: Role, dealerId?: string): CallContext;
  /** A part with a published price, `stock` pieces in the warehouse. */
  part(given?: { price?: string; stock?: number; returnRequired?: boolean }): Promise<string>;
  receive(partId: string, quantity: number): Promise<void>;
  /** A request of the dealer, handed in; lines by part, quantity and serial. */
  request(lines: LineOf[], given?: Record<string, unknown>): Promise<{ id: string; version: number }>;
  get(id: string, ctx?: CallContext): Promise<Request>;
  /** Reviews every line of a request without entries. */
  review(id: string): Promise<Request>;
  /** Prints and picks every open picking order of a request; answers their ids. */
  pick(requestId: string): Promise<string[]>;
  plan(pickingOrderId: string, requestLineIds?: string[]): Promise<{ id: string; version: number; state: string; number: string }>;
  /** The next day is agreed with the dealer, which can be promised at any hour. */
  agree(order: { id: string; version: number }): Promise<{ id: string; version: number; state: string }>;
  ship(order: { id: string; version: number }): Promise<{ id: string; version: number; state: string }>;
  balance(partId: string): Promise<{ onHand: number; reserved: number }>;
}

export type LineOf = [partId: string, quantity: number, serial?: string];
type Request = Awaited<ReturnType<ReturnType<typeof clientOf>['getPartsRequest']>>;
const clientOf = (service: TestService, ctx: CallContext) => service.client(PartsRequestService, ctx);

const KEY = (): { idempotencyKey: string } => ({ idempotencyKey: newId() });

/** Starts parts with typed stand-ins of the services around it. */
export async function startParts(): Promise<PartsWorld> {
  const around: Around = { coverage: new Map(), calls: new Map(), installations: new Map(), standing: new Map(), room: new Map(), held: new Map(), release: async () => ({ released: true }), models: new Map(), installed: new Map(), askedOn: [] };
  const service = await startTestService({ ...definition, fakes: fakesOf(around) });
  const dealerId = newId();
  const as = (role: Role, given: Partial<CallContext> = {}): CallContext => service.ctx({ role, ...KEY(), ...given });
  const dealer = (role: Role = 'dealer_manager', of = dealerId): CallContext => service.dealerCtx(of, role, KEY());
  const { id: warehouseId } = await service.client(StockService, as('admin')).createWarehouse({ code: 'TZ', name: '台州', nameEn: 'Taizhou', kind: 'receiving' });
  const goods = goodsOf(service, as, warehouseId);
  const steps = stepsOf(service, as, dealer);
  return { service, around, dealerId, warehouseId, as, dealer, ...goods, ...steps };
}

function goodsOf(service: TestService, as: PartsWorld['as'], warehouseId: string): Pick<PartsWorld, 'part' | 'receive' | 'balance'> {
  let count = 0;
  const receive = async (partId: string, quantity: number): Promise<void> => {
    const lines = [{ partId, quantity, unitCost: '1.5' }];
    await service.client(StockService, as('warehouse_keeper')).receivePurchase({ warehouseId, reference: 'LS-1', lines });
  };
  return {
    receive,
    async part({ price = '12.345', stock = 0, returnRequired = true } = {}) {
      count += 1;
      const { id } = await service.client(PartService, as('service_clerk')).createPart({
        number: `P-${String(count).padStart(4, '0')}`, name: '阀芯', nameEn: 'Cartridge', unit: 'piece', partClass: 'cartridge', returnRequired,
      });
      const effectiveFrom = businessDate(await service.now());
      const lines = [{ partId: id, dealerPrice: price, suggestedPrice: price }];
      const draft = await service.client(PriceListService, as('finance_clerk')).createPriceList({ effectiveFrom, lines });
      await service.client(PriceListService, as('service_supervisor')).publishPriceList({ id: draft.id, version: draft.version });
      if (stock > 0) await receive(id, stock);
      return id;
    },
    async balance(partId) {
      const rows = await service.sql<{ onHand: number; reserved: number }>('select on_hand as "onHand", reserved from stock_balance where part_id = $1', [partId]);
      return rows[0] ?? { onHand: 0, reserved: 0 };
    },
  };
}

type Steps = Pick<PartsWorld, 'request' | 'get' | 'review' | 'pick' | 'plan' | 'agree' | 'ship'>;

function stepsOf(service: TestService, as: PartsWorld['as'], dealer: PartsWorld['dealer']): Steps {
  const get = (id: string, ctx = as('service_clerk')): Promise<Request> => clientOf(service, ctx).getPartsRequest({ id });
  return {
    get,
    async request(lines, given = {}) {
      const { purpose = 'visit' } = given;
      const draft = await clientOf(service, dealer()).createPartsRequest({
        purpose: 'visit', visitOn: purpose === 'visit' ? businessDate(await service.now()) : '', urgency: 'urgent', deliveryAddress: 'Pudong 1',
        lines: lines.map(([partId, quantity, unitSerial = '']) => ({ partId, quantity, unitSerial, fault: 'leaks' })), ...given,
      });
      return clientOf(service, dealer()).submitPartsRequest({ id: draft.id, version: draft.version });
    },
    async review(id) {
      const { version, lines } = await get(id);
      return clientOf(service, as('service_clerk')).reviewPartsRequest({ id, version, lines: lines.map((line) => ({ lineId: line.id })) });
    },
    async pick(requestId) {
      const keeper = service.client(PickingService, as('warehouse_keeper'));
      const { items } = await keeper.listPickingOrders({ requestId, state: 'open' });
      for (const { id, version } of items) {
        const printed = await service.client(PickingService, as('warehouse_keeper')).printPickingOrder({ id, version });
        await service.client(PickingService, as('warehouse_keeper')).pickPickingOrder({ id, version: printed.version });
      }
      return items.map((order) => order.id);
    },
    plan: (pickingOrderId, requestLineIds = []) => service.client(ShippingService, as('service_clerk')).planShipment({ pickingOrderId, requestLineIds }),
    agree: async ({ id, version }) =>
      service.client(ShippingService, as('service_clerk')).agreeShippingDate({ id, version, agreedDate: addDays(businessDate(await service.now()), 1) }),
    ship: ({ id, version }) =>
      service.client(ShippingService, as('warehouse_keeper')).shipOrder({ id, version, carrier: 'SF', waybillNumber: 'SF1', parcels: 1, weightGrams: 500 }),
  };
}

/** The documents of other services that parts asks for. */
function documentsOf(around: Around) {
  return [
    fake(CallService, {
      getCallFacts: async ({ id }, ctx) => {
        const call = around.calls.get(id);
        if (!call || (ctx.dealerId !== null && ctx.dealerId !== call.dealerId)) throw notFound('repair call');
        return { id, state: 'assigned', ...call };
      },
    }),
    fake(InstallationService, {
      getInstallation: async ({ id }, ctx) => {
        const installation = around.installations.get(id);
        if (!installation || (ctx.dealerId !== null && ctx.dealerId !== installation.dealerId)) throw notFound('installation');
        return { id, ...installation };
      },
    }),
    fake(ProductFamilyService, {
      getProductFamily: async ({ code }) => {
        if (!['faucet', 'bidet'].includes(code)) throw notFound('product family');
        return { code, active: code === 'faucet' };
      },
    }),
    fake(ProductModelService, {
      getProductModel: async ({ id }) => {
        const code = around.models.get(id);
        if (code === undefined) throw notFound('product model');
        return { id, code };
      },
    }),
    fake(InstalledBaseService, {
      listInstalledBase: async ({ dealerId }) => ({
        items: [...(around.installed.get(dealerId) ?? [])].map(([modelId, units]) => ({ modelId, modelCode: around.models.get(modelId) ?? '', units })),
      }),
    }),
    fake(DealerService, {
      getDealerStanding: async ({ id }) => {
        const status = around.standing.get(id) ?? 'active';
        if (status === 'missing') throw notFound('dealer');
        return { id, status };
      },
    }),
  ];
}

function fakesOf(around: Around) {
  return [
    fake(CoverageService, {
      decideCoverage: async (request) => {
        around.askedOn.push(request.eventDate);
        if (request.proofPurchaseDate !== '' && request.proofPurchaseDate < '2000-01-01') throw invalidField('proofPurchaseDate', 'before the dispatch', 'DATE_BEFORE_DISPATCH');
        const known = around.coverage.get(request.serial) ?? 'unknown';
        const coverage = request.exclusion !== '' ? 'not_covered' : known === 'unknown' && request.proofPurchaseDate !== '' ? 'covered' : known;
        return { coverage, reason: `reason_${coverage}`, ruleVersion: 1, facts: JSON.stringify({ serial: request.serial }), sentenceZh: '在保', sentenceEn: 'covered' };
      },
    }),
    ...documentsOf(around),
    fake(ReceivableService, {
      releaseSlip: async (request) => around.release(request),
      holdCredit: async ({ dealerId, shippingOrderId, amount }) => {
        if (around.held.has(shippingOrderId)) return { held: true };
        const room = around.room.get(dealerId);
        if (room === undefined) return { held: false, reason: 'NO_CREDIT_LINE' };
        const fen = Math.round(Number(amount) * 100);
        if (fen > room) return { held: false, reason: 'CREDIT_EXHAUSTED', room: (room / 100).toFixed(2) };
        around.room.set(dealerId, room - fen);
        around.held.set(shippingOrderId, { dealerId, amount });
        return { held: true };
      },
      releaseCredit: async ({ shippingOrderId }) => {
        const held = around.held.get(shippingOrderId);
        if (!held) return { released: false };
        around.held.delete(shippingOrderId);
        around.room.set(held.dealerId, (around.room.get(held.dealerId) ?? 0) + Math.round(Number(held.amount) * 100));
        return { released: true };
      },
    }),
  ];
}

/** The error's reason code, for `await expect(reasonOf(…)).resolves.toBe(…)`. */
export async function reasonOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'no error';
  } catch (error) {
    if (error instanceof ServiceError) return error.reason;
    throw error;
  }
}
