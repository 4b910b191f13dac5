import { addDays } from '@aftercare/domain';
import { createPart, publishPrices, receiveStock } from '../story/goods.js';
import { activateDealer, hireManager, type Accounts } from '../story/people.js';
import type { Ref } from '../http/api.js';
import { visitedOn, type BusinessClock } from '../http/running.js';
import { WAYBILL, type Request, type Stage } from '../story/loop.js';
import type { LoadTools, Work } from './load.js';
import { PatientClient } from './patient-client.js';

/** Dealers whose stocktakes run, each the work of one person. */
const DEALERS = 4;
const STOCK = 100_000;
/** The calendar, or the end of the time for returns, may come between a look and a step. */
const MEANWHILE = ['STEP_NOT_ALLOWED', 'STALE_VERSION', 'NOTHING_OUTSTANDING', 'DATE_IN_PAST', 'STOCKTAKE_OPEN', 'CUT_OFF_BEFORE_LAST', 'OBJECTION_WINDOW_OVER', 'RETURN_DEADLINE_RUNS', 'PARCEL_NOT_COUNTED', 'DISCREPANCY_OPEN'];

interface PartsTools extends LoadTools {
  clock: BusinessClock;
}

/** Everybody at one dealer and at the manufacturer, who asks again until there is an answer. */
interface Team extends PartsTools {
  dealerId: string;
  manager: PatientClient;
  clerk: PatientClient;
  keeper: PatientClient;
  supervisor: PatientClient;
  partId: string;
  siteId: string;
  serial: string;
}

/** Pieces are asked for, issued, received, sent back and counted, goods arrive, and stocktakes of several dealers convert what is missing (P-3 to P-8, H-1 to H-7). */
export async function partsWorks(stage: Stage & { serials: string[] }, accounts: Accounts, tools: PartsTools): Promise<Work[]> {
  const { people, goods, serials } = stage;
  const { id: partId } = await createPart(people.clerk, { number: 'CHAOS-1', name: '阀芯', partClass: 'cartridge' });
  await publishPrices(people, await tools.clock.today(), [{ partId, dealerPrice: '12.345', suggestedPrice: '20' }]);
  await receiveStock(people.keeper, goods.receivingSiteId, [{ partId, quantity: STOCK, unitCost: '8.5' }]);
  const patient = (api: ConstructorParameters<typeof PatientClient>[0]): PatientClient => new PatientClient(api, tools.patience);
  const team = (dealer: { id: string; manager: ConstructorParameters<typeof PatientClient>[0] }): Team => ({
    ...tools, dealerId: dealer.id, manager: patient(dealer.manager), clerk: patient(people.clerk), keeper: patient(people.keeper), supervisor: patient(people.supervisor),
    partId, siteId: goods.receivingSiteId, serial: serials.at(-1) ?? '',
  });
  const teams: Team[] = [];
  for (let number = 1; number <= DEALERS; number += 1) {
    const code = `CHAOS${number}`;
    const { id } = await activateDealer(people, { code, name: `盘点经销商${number}`, regionCode: '310104', territory: ['310000'] });
    teams.push(team({ id, manager: await hireManager(people, accounts, { id, code }) }));
  }
  const own = team(stage.dealer);
  return [thereAndBack(own), thereAndBack(own), purchases(own), ...teams.map(stocktakes)];
}

/** P-3 to P-8: some pieces from the request to the dealer's confirmation of what came. */
async function issue({ manager, clerk, keeper, partId, serial, patience }: Team, quantity: number): Promise<void> {
  const drafted = await manager.create('/parts-requests', (marker) => ({
    purpose: 'visit', visitOn: visitedOn(), deliveryAddress: `上海市徐汇区 ${marker}`, urgency: 'urgent', lines: [{ partId, quantity, unitSerial: serial }],
  }));
  await manager.command(`/parts-requests/${drafted.id}/submit`, { version: drafted.version });
  const submitted = await clerk.get<Request>(`/parts-requests/${drafted.id}`);
  await clerk.command(`/parts-requests/${drafted.id}/review`, { version: submitted.version, lines: submitted.lines.map(({ id }) => ({ lineId: id })) });
  const { pickingOrderIds: [pickingId] } = await clerk.until<Request>(`/parts-requests/${drafted.id}`, ({ status, body }) => status === 200 && body.pickingOrderIds.length > 0);
  const open = await keeper.get<Ref>(`/picking-orders/${pickingId}`);
  const printed = await keeper.command(`/picking-orders/${pickingId}/print`, { version: open.version });
  await keeper.command(`/picking-orders/${pickingId}/pick`, { version: printed.version });
  const planned = await clerk.command('/shipping-orders', { pickingOrderId: pickingId });
  const shipped = await keeper.command(`/shipping-orders/${planned.id}/ship`, { version: planned.version, ...WAYBILL });
  const delivered = await keeper.command(`/shipping-orders/${planned.id}/deliver`, { version: shipped.version });
  await manager.command(`/shipping-orders/${planned.id}/confirm-receipt`, { version: delivered.version });
  patience.tally.did('issued', quantity);
}

/** H-4, H-5: some pieces from the dealer's announcement to the count at Taizhou. */
async function giveBack({ manager, keeper, partId, siteId, random, patience }: Team, quantity: number): Promise<void> {
  const announced = await manager.create('/returns', (marker) => ({ lines: [{ partId, quantity, condition: 'old', unitSerial: marker }] }));
  const sent = await manager.command(`/returns/${announced.id}/send`, { version: announced.version, carrier: '德邦', waybillNumber: 'DB0001' });
  const received = await keeper.command(`/returns/${announced.id}/receive`, { version: sent.version, warehouseId: siteId });
  await keeper.command(`/returns/${announced.id}/count`, { version: received.version, lines: [{ partId, quantity, condition: random.pick(['reusable', 'scrap', 'supplier_claim']) }] });
  patience.tally.did('counted', quantity);
}

function thereAndBack(team: Team): Work {
  return async () => {
    await issue(team, team.random.whole(1, 3));
    await giveBack(team, team.random.whole(1, 3));
  };
}

/** Goods of a supplier arrive (P-2). */
function purchases({ keeper, partId, siteId, patience }: Team): Work {
  return async () => {
    await keeper.createUnread('/purchase-receipts', (marker) => ({ warehouseId: siteId, reference: marker, lines: [{ partId, quantity: 3, unitCost: '8.5' }] }));
    patience.tally.did('purchases');
  };
}

interface Stocktake extends Ref {
  allowedActions: { action: string; allowed: boolean }[];
}

/** H-2 to H-7: what was issued is frozen, some of it comes back, in time or late, and the rest is charged. */
function stocktakes(team: Team): Work {
  const { clerk, supervisor, dealerId, random, patience } = team;
  return async () => {
    const { items } = await clerk.get<{ items: Ref[] }>(`/stocktakes?dealerId=${dealerId}&limit=1`);
    const [last] = items;
    if (!last || last.state === 'confirmed' || last.state === 'cancelled') return begin(team);
    if (random.whole(1, 3) === 1) await giveBack(team, 1);
    const { version, allowedActions } = await supervisor.get<Stocktake>(`/stocktakes/${last.id}`);
    if (!allowedActions.some(({ action, allowed }) => action === 'confirm' && allowed)) return;
    const job = await supervisor.commandUnless<{ id: string }>(`/stocktakes/${last.id}/confirm`, { version }, MEANWHILE);
    if (job && (await ended(supervisor, job.id, patience)) === 'done') patience.tally.did('stocktakes confirmed');
  };
}

async function begin(team: Team): Promise<void> {
  const { clerk, dealerId, clock, random, patience } = team;
  await issue(team, random.whole(2, 4));
  const today = await clock.today().catch(() => '');
  // The database is down at this moment.
  if (today === '') return;
  const job = await clerk.commandUnless<{ id: string }>('/stocktakes', { dealerId, cutOffOn: addDays(today, -1), returnUntil: today }, MEANWHILE);
  if (job && (await ended(clerk, job.id, patience)) === 'done') patience.tally.did('stocktakes opened');
}

interface Job {
  state: string;
  errors?: { code: string }[];
}

/** A job that is refused meanwhile is no surprise, any other end than done is. */
async function ended(by: PatientClient, id: string, { tally }: Team['patience']): Promise<string> {
  const { state, errors = [] } = await by.until<Job>(`/jobs/parts/${id}`, ({ status, body }) => status === 200 && (body.state === 'done' || body.state === 'failed'));
  if (state !== 'done' && !errors.some(({ code }) => MEANWHILE.includes(code))) tally.surprised(`job ${id} ended as ${state}: ${JSON.stringify(errors)}`);
  return state;
}
