import { addDays, addMonths } from '@aftercare/domain';
import { eventually, type Api, type Ref } from '../http/api.js';
import { photo } from '../http/photo.js';
import { moveBusinessClock, type Running } from '../http/running.js';
import { pickAndPlan, recordAndConfirm, review, shipAndReceive, type Request, type Stage } from '../story/loop.js';
import type { DealerPeople, People } from '../story/people.js';
import type { Catalogue } from './catalogue.js';
import { Random } from './random.js';
import { DemoStocktakes } from './stocktakes.js';

/** What the weeks are lived with. */
export interface Life {
  platform: Running;
  people: People;
  dealers: DealerPeople[];
  catalogue: Catalogue;
  /** First day, local date. */
  first: string;
  days: number;
  url: string;
  say: (line: string) => void;
}

interface Owned {
  customerId: string;
  unitId: string;
  serial: string;
  family: string;
  name: string;
  phone: string;
}

/** One dealer's demo life; its own generator, so that dealers may live side by side. */
interface DealerLife {
  dealer: DealerPeople;
  random: Random;
  stage: Stage;
  waiting: { serial: string; family: string }[];
  owned: Owned[];
  unitIds: Map<string, { id: string; version: number }>;
  /** Parts of a family, by its code. */
  partsOf: Record<string, string[]>;
}

const SURNAMES = [...'王李张刘陈杨黄赵吴周徐孙马朱胡'];
const GIVEN = ['伟', '芳', '娜', '秀英', '敏', '静', '丽', '强', '磊', '军', '洋', '勇', '艳', '杰', '娟'];
const SYMPTOMS = ['关不紧，一直滴水', '底座渗水', '出水很小', '盖板松动', '不出热水', '按键没有反应', '有异响', '冲水不净'];
const CUSTOMERS_PER_DEALER = 40;
const STEP_DAYS = 7;

/** Every week some customers buy and have it installed, some call, parts are asked for, shipped and sent back. */
export async function liveThroughWeeks(life: Life): Promise<void> {
  const lives = await Promise.all(life.dealers.map((dealer, index) => begin(life, dealer, index)));
  const weeks = Math.floor(life.days / STEP_DAYS);
  const stocktakes = new DemoStocktakes(lives.map(({ stage, dealer }) => ({ ...stage, dealer, receivingSiteId: stage.goods.receivingSiteId })));
  for (let week = 0; week < weeks; week += 1) {
    const day = addDays(life.first, week * STEP_DAYS);
    await moveBusinessClock(life.platform.databases, `${day}T09:30:00+08:00`);
    const share = Math.ceil((CUSTOMERS_PER_DEALER * (week + 1)) / weeks);
    await Promise.all(lives.map((each) => liveWeek(each, day, share)));
    await stocktakes.inWeek(week, day);
  }
  const sold = lives.reduce((sum, { owned }) => sum + owned.length, 0);
  life.say(`${sold} customers with their units, calls and parts of ${weeks} weeks`);
}

async function begin(life: Life, dealer: DealerPeople, index: number): Promise<DealerLife> {
  const units = await dealer.manager.get<{ items: { id: string; serial: string; version: number }[] }>('/product-units?limit=200');
  const now = (): Date => new Date();
  return {
    dealer,
    random: new Random(1_000 + index),
    stage: { people: life.people, dealer, goods: life.catalogue.goods, tell: () => undefined, url: life.url, now },
    waiting: [...(life.catalogue.serialsOf[dealer.code] ?? [])],
    owned: [],
    unitIds: new Map(units.items.map(({ serial, id, version }) => [serial, { id, version }])),
    partsOf: life.catalogue.partsOf,
  };
}

async function liveWeek(life: DealerLife, day: string, share: number): Promise<void> {
  life.stage.now = () => new Date(`${day}T09:30:00+08:00`);
  while (life.owned.length < share) await sell(life, day);
  await quickCall(life);
  if (life.random.next() < 0.6) await partCall(life);
}

/** A new customer, the sale of one unit and its installation (C-1, C-2, C-4). */
async function sell(life: DealerLife, day: string): Promise<void> {
  const { dealer, random } = life;
  const next = life.waiting.shift();
  const unit = next && life.unitIds.get(next.serial);
  if (!next || !unit) throw new Error(`${dealer.code} has no unit left to sell`);
  const name = `${random.pick(SURNAMES)}${random.pick(GIVEN)}`;
  const phone = `139${String(random.whole(10_000_000, 99_999_999))}`;
  const customer = await dealer.manager.post('/customers', {
    name, phones: [phone], address: { regionCode: '310104', detail: `人民路${random.whole(1, 999)}号` }, language: 'zh-CN', consentService: true, acceptSharedPhone: true,
  });
  // Some buy today, some registered late: so that warranties of all ages stand in the data.
  const purchaseDate = random.next() < 0.5 ? day : addMonths(day, -random.whole(1, 30));
  await dealer.manager.post(`/product-units/${unit.id}/sell`, { version: unit.version, customerId: customer.id, purchaseDate, salePrice: `${random.whole(300, 4_000)}.00` });
  if (random.next() < 0.8) await install(life, unit.id);
  life.owned.push({ customerId: customer.id, unitId: unit.id, serial: next.serial, family: next.family, name, phone });
}

async function install(life: DealerLife, unitId: string): Promise<void> {
  const at = life.stage.now().getTime();
  const installation = await life.dealer.manager.post('/installations', {
    unitId, technicianUserId: life.dealer.technicianUserId, appointmentFrom: new Date(at).toISOString(), appointmentTo: new Date(at + 7_200_000).toISOString(),
  });
  await life.dealer.technician.post(`/installations/${installation.id}/complete`, {
    version: installation.version, checklist: [{ code: 'no_leak', passed: true }], customerInstructed: true,
  });
}

async function openCall(life: DealerLife): Promise<{ call: Ref; owner: Owned }> {
  const { dealer, random } = life;
  const owner = random.pick(life.owned);
  const opened = await dealer.manager.post('/repair-calls', {
    channel: 'phone', customerId: owner.customerId, unitId: owner.unitId, unitSerial: owner.serial, contactName: owner.name, contactPhone: owner.phone,
    address: { regionCode: '310104', detail: '人民路' }, symptoms: random.pick(SYMPTOMS),
  });
  const call = await dealer.manager.post(`/repair-calls/${opened.id}/assign`, { version: opened.version, technicianUserId: dealer.technicianUserId });
  return { call, owner };
}

/** A call that needs no part; the last ones of a run stay open. */
async function quickCall(life: DealerLife): Promise<void> {
  const { call, owner } = await openCall(life);
  if (life.random.next() < 0.15) return;
  const { technician } = life.dealer;
  const agreed = await agreeFees(technician, call, owner.name);
  const solved = await technician.post(`/repair-calls/${call.id}/record`, {
    version: agreed.version, resolved: true, labourFee: '50.00', travelFee: '20.00', toldCustomer: '已恢复正常',
    faults: [{ faultCode: life.stage.goods.faultCode, faultDescription: '接口松动', cause: '安装后自然松动', action: '重新紧固' }],
  });
  if (life.random.next() < 0.2) return;
  await technician.post(`/repair-calls/${call.id}/confirm`, {
    version: solved.version, method: 'signature', evidence: await technician.upload(await photo(life.random.whole(1, 1_000)), 'signature.jpg', 'image/jpeg'),
  });
}

/** The customer agrees to the fees on the phone, before the work. */
async function agreeFees(technician: Api, call: Ref, customerName: string): Promise<Ref> {
  const quoted = await technician.post<Ref & { quoteId: string }>(`/repair-calls/${call.id}/quote`, { version: call.version, labourFee: '50.00', travelFee: '20.00' });
  const { quotes } = await technician.get<{ quotes: { quotedAt: string }[] }>(`/repair-calls/${call.id}`);
  return technician.post(`/repair-calls/${call.id}/answer-quote`, {
    version: quoted.version, quoteId: quoted.quoteId, accepted: true, method: 'phone', customerName, answeredAt: quotes.at(-1)?.quotedAt,
  });
}

/** A call that needs a part: reviewed, and when covered shipped, received and recorded; quotes wait for the dealer. */
async function partCall(life: DealerLife): Promise<void> {
  const { call, owner } = await openCall(life);
  const partId = life.random.pick(life.partsOf[owner.family] ?? []);
  const drafted = await life.dealer.technician.post('/parts-requests', {
    purpose: 'repair', callId: call.id, deliveryAddress: '经销商仓库', urgency: 'urgent', lines: [{ partId, quantity: 1, unitSerial: owner.serial, fault: '损坏' }],
  });
  await life.dealer.technician.post(`/parts-requests/${drafted.id}/submit`, { version: drafted.version });
  const request = await life.stage.people.clerk.get<Request>(`/parts-requests/${drafted.id}`);
  const reviewed = await review(life.stage, request);
  if (reviewed.lines[0]?.state === 'quoted') {
    if (life.random.next() < 0.6) await acceptAndPay(life, reviewed);
    else return;
  }
  const planned = await pickAndPlan(life.stage, reviewed);
  await shipAndReceive(life.stage, planned);
  await recordAndConfirm(life.stage, { callId: call.id, partId });
  if (reviewed.lines[0]?.supplyKind === 'warranty' && life.random.next() < 0.5) await sendBack(life, partId, owner.serial);
}

async function acceptAndPay(life: DealerLife, quoted: Request): Promise<void> {
  const { people } = life.stage;
  await life.dealer.manager.post(`/parts-requests/${quoted.id}/accept-quote`, {
    version: quoted.version, lineIds: quoted.lines.map(({ id }) => id), paymentMethod: 'bank_transfer', invoiceWish: life.random.pick(['now', 'later', 'never']),
  });
  const { items } = await people.clerk.get<{ items: Ref[] }>(`/charge-slips?requestId=${quoted.id}`);
  const [draft] = items;
  if (!draft) throw new Error('accepting the quote opened no slip');
  await people.clerk.post(`/charge-slips/${draft.id}/confirm`, { version: draft.version });
  const slip = await people.clerk.get<{ number: string; grossTotal: string }>(`/charge-slips/${draft.id}`);
  await eventually(() => people.finance.raw('GET', `/receivables/${draft.id}`), ({ status }) => status === 200, 'the receivable');
  await people.finance.post('/payments', { dealerId: life.dealer.id, method: 'bank_transfer', amount: slip.grossTotal, reference: slip.number });
  await eventually(() => people.clerk.get<{ paid: boolean }>(`/charge-slips/${draft.id}`), ({ paid }) => paid, 'the payment');
}

/** The old part goes straight to Taizhou and is counted (H-4, H-5). */
async function sendBack(life: DealerLife, partId: string, unitSerial: string): Promise<void> {
  const { people, goods } = life.stage;
  const announced = await life.dealer.manager.post('/returns', { lines: [{ partId, quantity: 1, condition: 'old', unitSerial }] });
  const sent = await life.dealer.manager.post(`/returns/${announced.id}/send`, { version: announced.version, carrier: '德邦', waybillNumber: `DB${life.random.whole(100_000, 999_999)}` });
  const received = await people.keeper.post(`/returns/${announced.id}/receive`, { version: sent.version, warehouseId: goods.receivingSiteId });
  await people.keeper.post(`/returns/${announced.id}/count`, { version: received.version, lines: [{ partId, quantity: 1, condition: 'scrap', unitSerial }] });
}
