import { addMonths, businessDate } from '@aftercare/domain';
import { readSheet } from 'read-excel-file/node';
import { check, countOf, tableOf } from '../check/check.js';
import { eventually, ProblemError, type Api, type Ref } from '../http/api.js';
import { photo } from '../http/photo.js';
import { moveBusinessClock } from '../http/running.js';
import { pay, type Slip } from '../story/charged.js';
import { createPart, importUnits, publishModel, publishPrices, sitesOf, type Job } from '../story/goods.js';
import { pick, pickAndPlan, review } from '../story/loop.js';
import {
  acceptAll, ask, confirmStocktake, decide, issue, linesOf, objectTo, openStocktake, sendBack, ship, shipAndDeliver, stocktake, untilClosed, type PartsStage, type Supply,
} from '../story/parts-steps.js';
import { activateDealer, hireManager, hireStaff, registerDealer, type Accounts, type DealerPeople, type People } from '../story/people.js';
import type { SpecPlatform } from './platform-fixture.js';
import { startStoryPlatform } from './story-platform.js';

/** An obligation in a list; what is nought may be absent. */
interface Obligation extends Record<'issuedQuantity' | 'returnedQuantity' | 'chargedQuantity' | 'excusedQuantity' | 'outstandingQuantity', number> {
  id: string;
  dueOn: string;
  overdue: boolean;
  settlements?: { kind: string; quantity: number }[];
}

interface Issued {
  quantity: number;
  supplyKind: string;
  obligationId: string;
}

const sum = <T>(of: readonly T[], pieces: (each: T) => number | undefined): number => of.reduce((total, each) => total + (pieces(each) ?? 0), 0);

interface Report extends Ref {
  counted: number;
  pending: number;
  late: boolean;
  nil: boolean;
  amendments: { number: string }[];
}

const MODEL = 'FA-MONTHS';
const ACCOUNTS = { password: 'Duty-spec-2026-x', suffix: 'du' };
const today = businessDate(new Date());
const month = today.slice(0, 7);
const [next, afterNext] = [1, 2].map((months) => addMonths(`${month}-01`, months).slice(0, 7)) as [string, string];

let world: SpecPlatform;
let people: People;
let accounts: Accounts;
beforeAll(async () => {
  world = await startStoryPlatform();
  accounts = { url: world.running.url, ...ACCOUNTS };
  people = await hireStaff(world.admin, accounts);
  await publishModel(people, MODEL);
}, 180_000);
afterAll(() => world?.stop(), 60_000);

const to = (local: string) => moveBusinessClock(world.running.databases, `${local}+08:00`);

describe('the monthly reports of a dealer over HTTP', () => {
  const serials = ['DUTY-0001', 'DUTY-0002', 'DUTY-0003'];
  let dealer: DealerPeople;

  beforeAll(async () => {
    dealer = await registerDealer(people, accounts, { code: 'DUTY', name: '上海经销商', regionCode: '310104', territory: ['310000'] });
    const dispatched = { modelCode: MODEL, dealerCode: 'DUTY', manufacturedOn: '2025-01-01', dispatchedOn: '2025-01-02' };
    expect((await importUnits(people.clerk, serials.map((serial) => ({ ...dispatched, serial })))).state).toBe('done');
  }, 60_000);

  async function report(kind: string, of = month): Promise<Report> {
    const { items: [found] } = await dealer.manager.get<{ items: Ref[] }>(`/monthly-reports?month=${of}&kind=${kind}`);
    return dealer.manager.get<Report>(`/monthly-reports/${found?.id}`);
  }
  const counts = (lines: number) => eventually(() => report('installation'), ({ counted }) => counted === lines, `${lines} lines`);
  const standing = async (of: string) => (await people.supervisor.get<{ items: Record<string, string>[] }>(`/duties?month=${of}&dealerId=${dealer.id}`)).items.map(({ installation, repair }) => [installation, repair])[0];
  const refused = async (path: string, body: object) => (await dealer.manager.raw<{ reason: string }>('POST', path, body)).body.reason;

  it('D-7: what was never recorded is added by form and by sheet: each user gets a file, each installation a line', async () => {
    const { id } = await report('installation');
    const customer = { name: '王小明', phones: ['13812340001'], address: { regionCode: '310104', detail: '漕溪北路88弄' }, consentService: true };
    const added = await dealer.manager.post(`/monthly-reports/${id}/installations`, { serial: serials[0], customer, purchaseDate: today, acceptedOn: today, customerInstructed: true });
    expect(added).toMatchObject({ state: 'accepted' });
    await counts(1);
    const imported = async (): Promise<Job> => {
      const form = new FormData();
      const lines = ['serial,customerName,phone,regionCode,purchaseDate,acceptedOn', `${serials[1]},李四,13812340002,310104,${today},${today}`];
      form.append('file', new Blob([lines.join('\n')], { type: 'text/csv' }), 'rows.csv');
      const { status, body } = await dealer.manager.raw<{ id: string; service: string }>('POST', `/monthly-reports/${id}/installations/import`, form);
      expect(status).toBe(202);
      return eventually(() => dealer.manager.get<Job>(`/jobs/${body.service}/${body.id}`), ({ state }) => state === 'done' || state === 'failed', 'the import');
    };
    expect(JSON.parse((await imported()).result)).toEqual({ registered: 1, unchanged: 0, customers: 1 });
    expect(JSON.parse((await imported()).result)).toEqual({ registered: 0, unchanged: 1, customers: 0 });
    await counts(2);
    expect((await dealer.manager.get<{ items: object[] }>('/customers')).items).toHaveLength(2);
  }, 60_000);

  it('D-7: once the month is over the dealer only submits; nothing to report is said, and then it is frozen', async () => {
    const running = await report('installation');
    expect(await refused(`/monthly-reports/${running.id}/submit`, { version: running.version })).toBe('MONTH_NOT_OVER');
    await to(`${next}-02T09:00:00`);
    await eventually(() => standing(month), (words) => words?.join() === 'owed,owed', 'the month’s end');
    // Who has handed in is reminded of nothing.
    const notices = await eventually(() => dealer.manager.get<{ items: { kind: string; text: string }[] }>('/notices'), ({ items }) => items.filter(({ kind }) => kind === 'duty.owed').length === 2, 'the reminders');
    expect(notices.items.map(({ text }) => text).join()).toContain(`${month} 月的安装统计须在 ${next}-03 前提交`);
    const [installations, repairs] = [await report('installation'), await report('repair')];
    expect(await refused(`/monthly-reports/${installations.id}/submit`, { version: installations.version, nil: true })).toBe('NOT_NIL');
    expect(await refused(`/monthly-reports/${repairs.id}/submit`, { version: repairs.version })).toBe('NIL_NOT_SAID');
    await dealer.manager.post(`/monthly-reports/${installations.id}/submit`, { version: installations.version });
    await dealer.manager.post(`/monthly-reports/${repairs.id}/submit`, { version: repairs.version, nil: true });
    expect(await standing(month)).toEqual(['submitted', 'nil']);
  }, 60_000);

  it('D-7: late from the 4th 00:00, on the supervisor’s list of who owes what until it is handed in', async () => {
    await to(`${afterNext}-03T23:59:00`);
    await eventually(() => standing(next), (words) => words?.join() === 'owed,owed', 'the next month’s end');
    await to(`${afterNext}-04T00:00:00`);
    expect(await standing(next)).toEqual(['late', 'late']);
    const late = await people.supervisor.get<{ items: { dealerId: string; month: string }[] }>('/duties?standing=late');
    expect(late.items.map(({ dealerId, month: of }) => [dealerId, of])).toEqual([[dealer.id, next]]);
    for (const kind of ['installation', 'repair']) {
      const { id, version } = await report(kind, next);
      await dealer.manager.post(`/monthly-reports/${id}/submit`, { version, nil: true });
    }
    expect(await standing(next)).toEqual(['nil_late', 'nil_late']);
    expect((await people.supervisor.get<{ items: object[] }>('/duties?standing=late')).items).toEqual([]);
  }, 60_000);

  it('D-7: a later correction is an amendment with its own number, and the report reads as a sheet', async () => {
    const frozen = await report('installation');
    const customer = { name: '赵五', phones: ['13812340003'], address: { regionCode: '310104', detail: '漕溪北路90弄' } };
    await dealer.manager.post(`/monthly-reports/${frozen.id}/installations`, { serial: serials[2], customer, purchaseDate: today, acceptedOn: today });
    const pending = await eventually(() => report('installation'), (read) => read.pending === 1, 'the line that waits');
    expect(pending).toMatchObject({ counted: 2, state: 'submitted', number: frozen.number });
    const { items: [line] } = await dealer.manager.get<{ items: { id: string }[] }>(`/monthly-reports/${frozen.id}/lines?standing=pending`);
    const amendment = await dealer.manager.post(`/monthly-reports/${frozen.id}/amend`, { version: pending.version, reason: '漏报一台', corrections: [{ lineId: line?.id, counts: true }] });
    expect(amendment.number).toMatch(/^MA-/);
    expect(await report('installation')).toMatchObject({ counted: 3, pending: 0, amendments: [{ number: amendment.number }] });
    const answer = await fetch(`${world.running.url}/api/v1/monthly-reports/${frozen.id}/lines?format=xlsx`, { headers: { cookie: dealer.manager.cookie } });
    expect(await readSheet(Buffer.from(await answer.arrayBuffer()))).toHaveLength(4);
  }, 60_000);
});

describe('parts issued and returned over months, with separate processes', () => {
  // The days of the worked examples, in the first March that comes.
  const year = Number(afterNext.slice(0, 4)) + (afterNext.slice(5) > '03' ? 1 : 0);
  const date = (day: string) => `${year}-${day}`;
  const on = (day: string, time = '10:00:00') => to(`${date(day)}T${time}`);
  const [covered, expired] = ['MONTH-0001', 'MONTH-0002'];
  const evidence: { id: string; sha256: string }[] = [];
  let stage: PartsStage;
  let parts = 0;

  beforeAll(async () => {
    const { id } = await activateDealer(people, { code: 'MONTHS', name: '甲经销商', regionCode: '310104', territory: ['310000'] });
    const manager = await hireManager(people, accounts, { id, code: 'MONTHS' });
    const { receivingSiteId } = await sitesOf(world.admin);
    stage = { people, tell: () => undefined, receivingSiteId, dealer: { id, manager } };
    const dispatched = { modelCode: MODEL, dealerCode: 'MONTHS', manufacturedOn: addMonths(today, -26), dispatchedOn: addMonths(today, -25) };
    await eventually(() => importUnits(people.clerk, [covered, expired].map((serial) => ({ ...dispatched, serial }))), ({ state }) => state === 'done', 'the dealer is known where units are');
    const customer = await manager.post('/customers', { name: '赵六', phones: ['13812340009'], address: { regionCode: '310104', detail: '漕溪北路99弄' }, consentService: true });
    const unit = await manager.get<Ref>(`/product-units/by-serial/${expired}`);
    await manager.post(`/product-units/${unit.id}/sell`, { version: unit.version, customerId: customer.id, purchaseDate: addMonths(today, -24) });
    evidence.push(await people.keeper.upload(await photo(62), 'crushed.jpg', 'image/jpeg'));
    // 120.00 with tax is no sum of whole fen at 13 percent, so from August on it is 20.
    await world.admin.put('/settings/tax.ratePercent', { value: '20', effectiveFrom: date('08-01') });
  }, 60_000);

  async function part(stock: number, price: string, from: string): Promise<string> {
    parts += 1;
    const { id } = await createPart(people.clerk, { number: `MONTHS-${parts}`, name: '阀芯', partClass: 'cartridge' });
    await publishPrices(people, date(from), [{ partId: id, dealerPrice: price, suggestedPrice: price }]);
    if (stock > 0) await arrived(id, stock);
    return id;
  }
  const arrived = (partId: string, quantity: number, purchaseOrderId?: string) => people.keeper.post('/purchase-receipts', {
    warehouseId: stage.receivingSiteId, reference: 'GRN', lines: [{ partId, quantity, unitCost: '3' }], ...(purchaseOrderId ? { purchaseOrderId } : {}),
  });
  const issued = (partId: string, quantity: number, supply: Supply = 'warranty') => issue(stage, { partId, quantity, unitSerial: supply === 'charged' ? expired : covered }, supply);
  const listed = async <T>(path: string) => (await stage.dealer.manager.get<{ items: T[] }>(`${path}${path.includes('?') ? '&' : '?'}limit=200`)).items;
  const obligations = (partId: string) => listed<Obligation>(`/obligations?partId=${partId}`);
  /** Issued, returned, charged, excused, outstanding. */
  const tally = async (partId: string) => {
    const owed = await obligations(partId);
    return (['issuedQuantity', 'returnedQuantity', 'chargedQuantity', 'excusedQuantity', 'outstandingQuantity'] as const).map((field) => sum(owed, (each) => each[field]));
  };
  /** P-13, H-8: pieces of a month: shipped, charged, free with return due; counted that met, are more than was owed, came late. */
  const monthOf = async (partId: string, of: string) => {
    const shipped = await listed<Issued>(`/reports/issues?month=${date(of)}&partId=${partId}`);
    const counted = await listed<Record<'metQuantity' | 'surplusQuantity' | 'lateQuantity', number>>(`/reports/returned-parts?month=${date(of)}&partId=${partId}`);
    const pieces = (which: (each: Issued) => boolean) => sum(shipped.filter(which), ({ quantity }) => quantity);
    return [
      pieces(() => true), pieces(({ supplyKind }) => supplyKind === 'charged'), pieces(({ obligationId }) => obligationId !== ''),
      ...(['metQuantity', 'surplusQuantity', 'lateQuantity'] as const).map((field) => sum(counted, (each) => each[field])),
    ];
  };
  const figures = async (id: string) => (await linesOf(stage, id)).map(({ borrowedQuantity, returnedQuantity, variance }) => [borrowedQuantity, returnedQuantity, variance]);
  const reasonOf = (asked: Promise<unknown>) => asked.then(() => 'done', (error: unknown) => (error instanceof ProblemError ? error.problem.reason : String(error)));
  const told = (kind: string, documentId: string, reader: Api = stage.dealer.manager) =>
    eventually(() => reader.get<{ items: { kind: string; documentId: string }[] }>('/notices?limit=200'), ({ items }) => items.some((each) => each.kind === kind && each.documentId === documentId), `the notice ${kind}`);

  let partP: string;
  it('H: the table of part P and dealer A until the stocktake’s last day for returns', async () => {
    await on('03-05');
    partP = await part(20, '12.345', '03-05');
    await issued(partP, 10);
    await issued(partP, 3, 'charged');
    await issued(partP, 2, 'gift');
    expect(await tally(partP)).toEqual([10, 0, 0, 0, 10]);
    await on('03-20');
    await sendBack(stage, { partId: partP, quantity: 5 }, 4);
    expect([await tally(partP), await monthOf(partP, '03')]).toEqual([[10, 4, 0, 0, 6], [15, 3, 10, 4, 0, 0]]);
    await on('04-01');
    const id = await openStocktake(stage, { cutOffOn: date('03-31') });
    expect(await stocktake(stage, id)).toMatchObject({ state: 'open', borrowedQuantity: 6, variance: -6, returnUntil: date('04-30') });
    expect((await listed<{ rule: string; quantity: number }>(`/stocktakes/${id}/exclusions`)).map(({ rule, quantity }) => [rule, quantity])).toEqual([['charged', 3], ['gift', 2]]);
    await told('stocktake.opened', id);
  }, 60_000);

  it('H-1: due after 30 days and overdue a day later, of which dealer and clerk are told; nothing is converted', async () => {
    const [{ id = '' } = {}] = await obligations(partP);
    await on('04-04');
    expect(await obligations(partP)).toMatchObject([{ dueOn: date('04-04'), overdue: false }]);
    await told('obligation.due', id);
    await on('04-05', '00:00:01');
    expect(await obligations(partP)).toMatchObject([{ overdue: true, outstandingQuantity: 6, chargedQuantity: 0 }]);
    for (const reader of [stage.dealer.manager, people.clerk]) await told('obligation.overdue', id, reader);
    const why = await stage.dealer.manager.get<{ holds: { code: string }[] }>(`/obligations/${id}/why`);
    expect(why.holds.map(({ code }) => code)).toEqual(['in_stocktake']);
  }, 60_000);

  it('H-6, H-7: nobody objects through 05-08 24:00, and one piece is charged at the price of 03-31; it arrives after all and takes its charge back', async () => {
    const [{ id }] = await listed<Ref>('/stocktakes') as [Ref];
    await publishPrices(people, date('04-10'), [{ partId: partP, dealerPrice: '99', suggestedPrice: '99' }]);
    await on('04-20');
    await sendBack(stage, { partId: partP, quantity: 5 });
    expect([await figures(id), await tally(partP), await monthOf(partP, '04')]).toEqual([[[6, 5, -1]], [10, 9, 0, 0, 1], [0, 0, 0, 5, 0, 0]]);
    await on('05-01', '00:00:01');
    expect(await untilClosed(stage, id)).toMatchObject({ objectUntil: date('05-08'), variance: -1, outstandingQuantity: 1, netTotal: '12.35' });
    await told('stocktake.closed', id);
    await on('05-08', '23:59:00');
    expect(await reasonOf(confirmStocktake(stage, id))).toBe('OBJECTION_WINDOW_RUNS');
    await on('05-09', '00:00:00');
    const { state, month: of, slipIds: [slipId = ''] = [] } = await confirmStocktake(stage, id);
    expect([state, of, await tally(partP)]).toEqual(['confirmed', date('05'), [10, 9, 1, 0, 0]]);
    expect(await stage.dealer.manager.get(`/charge-slips/${slipId}`)).toMatchObject({ month: date('05'), netTotal: '12.35', grossTotal: '13.96', lines: [{ quantity: 1, unitPrice: '12.3450', reason: 'stocktake_deficit' }] });
    await eventually(() => people.finance.raw('GET', `/receivables/${slipId}`), ({ status }) => status === 200, 'the receivable');
    await on('05-20');
    await sendBack(stage, { partId: partP, quantity: 1 });
    const late = () => listed<{ state: string; quantity: number; reversingSlipId: string }>('/late-returns');
    const [{ reversingSlipId = '' } = {}] = await eventually(late, ([first]) => first?.state === 'reversed', 'the reversal');
    expect(await stage.dealer.manager.get(`/charge-slips/${reversingSlipId}`)).toMatchObject({ month: date('05'), reversesSlipId: slipId, netTotal: '-12.35', lines: [{ quantity: -1 }] });
    expect([await tally(partP), await monthOf(partP, '05')]).toEqual([[10, 10, 0, 0, 0], [0, 0, 0, 0, 0, 1]]);
    expect((await obligations(partP))[0]?.settlements?.map(({ kind }) => kind)).toEqual(['returned', 'returned', 'charged', 'conversion_reversed', 'returned']);
  }, 60_000);

  it('H-6, H-7: borrowed 6, counted 8: the credit meets two of the next three; of two objections one is upheld and one charged', async () => {
    await on('06-01');
    const [later, charged] = [await part(2, '10', '06-01'), await part(2, '20', '06-01')];
    for (const [partId, quantity] of [[partP, 6], [later, 2], [charged, 2]] as const) await issued(partId, quantity);
    await on('06-02');
    const id = await openStocktake(stage, { cutOffOn: date('06-01'), returnUntil: date('06-10') });
    await on('06-05');
    await sendBack(stage, { partId: partP, quantity: 8 });
    expect([await figures(id), await monthOf(partP, '06')]).toEqual([[[6, 8, 2], [2, 0, -2], [2, 0, -2]], [6, 0, 6, 6, 2, 0]]);
    await on('06-11', '00:00:01');
    await untilClosed(stage, id);
    const lineIds = (await linesOf(stage, id)).filter(({ partId }) => partId !== partP).map((line) => line.id) as [string, string];
    await objectTo(stage, id, lineIds);
    await told('stocktake.objected', id, people.supervisor);
    await on('06-19');
    expect(await reasonOf(confirmStocktake(stage, id))).toBe('OBJECTION_UNDECIDED');
    await decide(stage, id, [{ lineId: lineIds[0], decision: 'extend', dueOn: date('12-01') }, { lineId: lineIds[1], decision: 'charge' }]);
    await told('stocktake.decided', id);
    expect(await confirmStocktake(stage, id)).toMatchObject({ state: 'confirmed', slipIds: [expect.any(String)], netTotal: '40.00' });
    expect([await tally(later), await tally(charged)]).toEqual([[2, 0, 0, 0, 2], [2, 0, 2, 0, 0]]);
    expect(await obligations(later)).toMatchObject([{ dueOn: date('12-01'), overdue: false }]);
    await on('07-01');
    await issued(partP, 3);
    expect([await tally(partP), await monthOf(partP, '07')]).toEqual([[19, 18, 0, 0, 1], [3, 0, 3, 0, 0, 0]]);
    expect((await obligations(partP)).flatMap(({ settlements }) => settlements?.filter(({ kind }) => kind === 'credit') ?? [])).toMatchObject([{ quantity: 2 }]);
  }, 60_000);

  it('P-7, P-10, P-11: who waits is told the day that goods are expected; what arrives goes to the urgent line first, then to the oldest', async () => {
    await on('07-05');
    const partId = await part(2, '10', '07-05');
    const [older, urgent] = [await ask(stage, [{ partId, quantity: 5, unitSerial: covered }], 'scheduled'), await ask(stage, [{ partId, quantity: 3, unitSerial: covered }])];
    for (const each of [older, urgent]) await review(stage, each);
    const order = await people.keeper.post('/purchase-orders', { warehouseId: stage.receivingSiteId, supplier: '宁波阀芯厂', expectedOn: date('07-12'), lines: [{ partId, quantity: 6 }] });
    for (const each of [older, urgent]) await told('parts.back_order_expected', each.id);
    const waiting = async () => (await listed<{ partsRequestId: string; quantity: number; expectedOn: string }>(`/back-orders?partId=${partId}`)).map((each) => [each.partsRequestId, each.quantity, each.expectedOn]);
    expect((await waiting()).sort()).toEqual([[older.id, 3, date('07-12')], [urgent.id, 3, date('07-12')]].sort());
    await on('07-12');
    await arrived(partId, 4, order.id);
    for (const each of [older, urgent]) await told('parts.back_order_arrived', each.id);
    expect(await waiting()).toEqual([[older.id, 2, date('07-12')]]);
    expect(await ship(stage, await pickAndPlan(stage, urgent))).toMatchObject({ state: 'shipped' });
    const promises = await listed<{ partsRequestId: string; outcome: string }>(`/reports/shipping-promises?month=${date('07')}&kind=back_order`);
    expect(promises.map(({ partsRequestId, outcome }) => [partsRequestId, outcome]).sort()).toEqual([[older.id, 'open'], [urgent.id, 'kept']].sort());
  }, 60_000);

  it('P-8: what the carrier lost is excused with what shows it, and claimed from him', async () => {
    await on('07-20');
    const partId = await part(3, '10', '07-20');
    const request = await review(stage, await ask(stage, [{ partId, quantity: 3, unitSerial: covered }]));
    const delivered = await shipAndDeliver(stage, await pickAndPlan(stage, request));
    const order = () => people.keeper.get<{ lines: { id: string }[]; discrepancies: { id: string; version: number; carrierClaimId: string }[] }>(`/shipping-orders/${delivered.id}`);
    const [line] = (await order()).lines;
    await stage.dealer.manager.post(`/shipping-orders/${delivered.id}/confirm-receipt`, { version: delivered.version, lines: [{ lineId: line?.id, receivedQuantity: 2, note: '箱破' }] });
    const [missing] = (await order()).discrepancies;
    await people.keeper.post(`/discrepancies/${missing?.id}/agree`, { version: missing?.version, outcome: 'lost', reason: '承运人确认丢失', evidence });
    expect(await tally(partId)).toEqual([3, 0, 0, 1, 2]);
    const [{ id: obligationId = '' } = {}] = await obligations(partId);
    expect(await stage.dealer.manager.get(`/obligations/${obligationId}/why`)).toMatchObject({ ends: [{ kind: 'excused', quantity: 1, basis: 'lost_in_transit', evidence }] });
    const claimId = (await order()).discrepancies[0]?.carrierClaimId;
    const filed = await people.clerk.post(`/carrier-claims/${claimId}/file`, { version: 1 });
    await people.clerk.post(`/carrier-claims/${claimId}/settle`, { version: filed.version, settledOn: date('07-20'), amount: '8.00' });
    expect(await people.clerk.get(`/carrier-claims/${claimId}`)).toMatchObject({ state: 'settled', quantity: 1, amount: '10.00', settledAmount: '8.00' });
  }, 60_000);

  it('P-9: covered lines ship at once, 120.00 when wholly paid; on credit with room exactly equal, and of two at once one', async () => {
    await on('08-01');
    const [first, second, charged] = [await part(9, '10', '08-01'), await part(9, '10', '08-01'), await part(9, '100', '08-01')];
    const wish = { partId: charged, quantity: 1, unitSerial: expired };
    const request = await review(stage, await ask(stage, [{ partId: first, quantity: 1, unitSerial: covered }, { partId: second, quantity: 2, unitSerial: covered }, wish]));
    const slip = await acceptAll(stage, request, 'bank_transfer');
    const { id: pickingOrderId } = await pick(stage, request);
    const [a, b, c] = request.lines.map(({ id }) => id);
    const plan = (requestLineIds: unknown[]) => people.clerk.post('/shipping-orders', { pickingOrderId, requestLineIds });
    expect(await ship(stage, await plan([a, b]))).toMatchObject({ state: 'shipped' });
    const order = await plan([c]);
    for (const paid of ['', '60.00']) {
      if (paid) await pay(stage, slip, paid);
      expect([slip.grossTotal, await reasonOf(ship(stage, order))]).toEqual(['120.00', 'PAYMENT_MISSING']);
    }
    await pay(stage, slip, '60.00');
    await eventually(() => people.clerk.get<{ paid: boolean }>(`/charge-slips/${slip.id}`), ({ paid }) => paid, 'the payment');
    expect(await ship(stage, order)).toMatchObject({ state: 'shipped' });

    const line = await people.finance.post('/credit-lines', { dealerId: stage.dealer.id, limit: '1000.00' });
    await people.supervisor.post(`/credit-lines/${line.id}/approve`, { version: line.version });
    const onAccount = async () => {
      const asked = await review(stage, await ask(stage, [wish]));
      const { id } = await acceptAll(stage, asked, 'account');
      await eventually(() => people.finance.raw('GET', `/receivables/${id}`), ({ status }) => status === 200, 'the receivable');
      return pickAndPlan(stage, asked);
    };
    const used = await manualSlip(charged, '791.67');
    const tight = await onAccount();
    expect([used.grossTotal, await reasonOf(ship(stage, tight))]).toEqual(['950.00', 'CREDIT_EXHAUSTED']);
    await pay(stage, used, '70.00');
    expect(await ship(stage, tight)).toMatchObject({ state: 'shipped' });
    expect(await people.finance.get(`/credit-lines?dealerId=${stage.dealer.id}`)).toMatchObject({ limit: '1000.00', room: '0.00' });
    const both = [await onAccount(), await onAccount()];
    await pay(stage, used, '120.00');
    expect((await Promise.all(both.map((each) => reasonOf(ship(stage, each))))).sort()).toEqual(['CREDIT_EXHAUSTED', 'done']);
  }, 60_000);

  /** A slip by hand, on account. */
  async function manualSlip(partId: string, unitPrice: string): Promise<Slip> {
    const body = { dealerId: stage.dealer.id, lines: [{ partId, quantity: 1, unitPrice }], paymentMethod: 'account', invoiceWish: 'later', reason: '工具遗失' };
    const drafted = await people.clerk.post('/charge-slips', body);
    await people.clerk.post(`/charge-slips/${drafted.id}/confirm`, { version: drafted.version });
    const slip = await people.clerk.get<Slip>(`/charge-slips/${drafted.id}`);
    await eventually(() => people.finance.raw('GET', `/receivables/${slip.id}`), ({ status }) => status === 200, 'the receivable');
    return slip;
  }

  it('the checker finds no violation of I1 to I13 afterwards', async () => {
    const { verdicts } = await check(world.running);
    expect(`${countOf(verdicts)}\n${tableOf(verdicts)}`).toMatch(/^0\n/);
  }, 90_000);
});
