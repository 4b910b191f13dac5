import { AccountStandingChangedSchema, DealerService, TechnicianImportedSchema, TechnicianService, TechnicianStandingChangedSchema } from '@aftercare/contracts';
import { addDays, businessDate, newId } from '@aftercare/domain';
import { keepAccount } from '@aftercare/service';
import { startTestService, type TestService } from '@aftercare/testing';
import type { QueryRunner } from 'typeorm';
import { dealers } from '../dealers.module.js';
import { TechniciansTold1800920000000 } from '../migrations/1800920000000-technicians-told.js';
import { linkTechnician, technicianTurn } from './technician.store.js';

describe('technicians whose account is disabled', () => {
  let service: TestService;
  let dealerId: string;

  beforeAll(async () => {
    service = await startTestService({ ...dealers });
    const taxIdentity = { title: '上海阀门有限公司', taxNumber: '91310104MA1FR12345', bank: '工行', account: '1001', address: '漕溪路', phone: '021-1' };
    const { id, version } = await service.client(DealerService, service.ctx()).createDealer({
      code: 'SH1', name: '上海', address: { regionCode: '310104', detail: '漕溪路 1 号' }, contactName: '王经理', contactPhone: '13900001111', territoryRegionCodes: ['310000'], taxIdentity,
      agreement: { number: 'AG-1', validFrom: '2020-01-01', validTo: '2099-12-31' },
    });
    await service.client(DealerService, service.ctx({ role: 'service_supervisor' })).activateDealer({ id, version });
    dealerId = id;
  });
  afterAll(() => service.stop());

  const technicians = () => service.client(TechnicianService, service.dealerCtx(dealerId));
  const tell = async (userId: string, disabled: boolean, version: number): Promise<void> => {
    await service.publish(AccountStandingChangedSchema, { userId, dealerId, disabled, version });
    await service.drain();
  };
  const shown = async (userId: string): Promise<[one: boolean, listed: boolean | undefined]> => {
    const { items } = await technicians().listTechnicians({});
    return [(await technicians().getTechnician({ userId })).active, items.find((each) => each.userId === userId)?.active];
  };

  it('X-9: a leaver is given no more work, however often he is told, and is again once his account is enabled', async () => {
    const userId = newId();
    const { version } = await technicians().createTechnician({ userId, name: '李工' });
    expect(await shown(userId)).toEqual([true, true]);
    for (let time = 0; time < 2; time += 1) await tell(userId, true, 2);
    expect(await shown(userId)).toEqual([false, false]);
    for (let time = 0; time < 2; time += 1) await tell(userId, false, 3);
    expect(await shown(userId)).toEqual([true, true]);
    expect((await technicians().getTechnician({ userId })).version).toBe(version);
  });

  it('X-9: what was told earlier and arrives later changes nothing', async () => {
    const userId = newId();
    await technicians().createTechnician({ userId, name: '赵工' });
    await tell(userId, false, 5);
    await tell(userId, true, 4);
    expect(await shown(userId)).toEqual([true, true]);
    await tell(userId, true, 6);
    await tell(userId, false, 5);
    expect(await shown(userId)).toEqual([false, false]);
  });

  it('X-9: a leaver who is linked or imported afterwards gets no work either', async () => {
    const [linked, imported] = [newId(), newId()];
    for (const userId of [linked, imported]) await tell(userId, true, 2);
    await technicians().createTechnician({ userId: linked, name: '钱工' });
    await service.publish(TechnicianImportedSchema, { userId: imported, dealerId, name: '孙工' });
    await service.drain();
    expect([await shown(linked), await shown(imported)]).toEqual([[false, false], [false, false]]);
  });

  it('X-9: enabling his account does not bring back whom the manager took out', async () => {
    const userId = newId();
    const { id, version } = await technicians().createTechnician({ userId, name: '周工' });
    await tell(userId, true, 2);
    await expect(technicians().deactivateTechnician({ id, version })).resolves.toMatchObject({ state: 'inactive' });
    await tell(userId, false, 3);
    expect(await shown(userId)).toEqual([false, false]);
  });

  /** What was told of an account's technician: each word with its number, as the outbox has it. */
  const told = async (userId: string) => (await service.sql<{ payload: string }>(
    `select payload from outbox where event_type = $1 and payload like $2 order by (payload::jsonb ->> 'version')::int`, [TechnicianStandingChangedSchema.typeName, `%${userId}%`]))
    .map(({ payload }) => JSON.parse(payload) as { active: boolean; changedOn: string; version: number; technicianId: string; dealerId: string });
  const words = async (userId: string) => (await told(userId)).map(({ active, changedOn, version }) => [active, changedOn, version]);

  it('D-5: whom the dealer takes out is told once, from that day on; of who begins nothing is told', async () => {
    const userId = newId();
    const { id, version } = await technicians().createTechnician({ userId, name: '吴工' });
    expect(await told(userId)).toEqual([]);
    await technicians().deactivateTechnician({ id, version });
    const today = businessDate(await service.now());
    expect(await told(userId)).toEqual([{ technicianId: id, dealerId, userId, active: false, changedOn: today, version: 1 }]);
    for (const [disabled, of] of [[true, 2], [false, 3]] as const) await tell(userId, disabled, of);
    expect(await told(userId)).toHaveLength(1);
  });

  it('D-5, X-9: a leaver and his return are told once each, counted, from the day on which it was decided', async () => {
    const userId = newId();
    await technicians().createTechnician({ userId, name: '郑工' });
    const today = businessDate(await service.now());
    for (const [disabled, version, on] of [[true, 2, 0], [true, 2, 0], [false, 5, 3], [true, 4, 2], [true, 6, 4]] as const) {
      await service.publish(AccountStandingChangedSchema, { userId, dealerId, disabled, version }, { occurredAt: `${addDays(today, on)}T02:00:00.000Z` });
      await service.drain();
    }
    expect(await words(userId)).toEqual([[false, today, 1], [true, addDays(today, 3), 2], [false, addDays(today, 4), 3]]);
  });

  it('D-5, X-9: a leaver who is linked afterwards is told, and one whom the dealer takes out as well is not told again', async () => {
    const userId = newId();
    await tell(userId, true, 2);
    const { id, version } = await technicians().createTechnician({ userId, name: '王工' });
    const today = businessDate(await service.now());
    expect(await words(userId)).toEqual([[false, today, 1]]);
    await technicians().deactivateTechnician({ id, version });
    await tell(userId, false, 3);
    expect(await words(userId)).toEqual([[false, today, 1]]);
  });

  /** Until somebody waits for what an open transaction holds, or the outcome came without waiting. */
  const waitedFor = async (outcome: () => Promise<boolean>): Promise<void> => {
    for (;;) {
      const waiting = await service.sql(`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);
      if (waiting.length > 0 || await outcome()) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  it('D-5, X-9: an account that is disabled while it is linked is told, whichever of the two comes first', async () => {
    const [disabledFirst, linkedFirst] = [newId(), newId()];
    let linking: Promise<unknown> = Promise.resolve();
    await service.database.command(service.ctx(), async (tx) => {
      await technicianTurn(tx, disabledFirst);
      await keepAccount(tx.em, { userId: disabledFirst, disabled: true, version: 2 });
      let linked = false;
      linking = technicians().createTechnician({ userId: disabledFirst, name: '冯工' }).then(() => (linked = true));
      await waitedFor(async () => linked);
      return {};
    });
    await linking;
    await service.database.command(service.ctx(), async (tx) => {
      await linkTechnician(tx, { id: newId(), dealerId, userId: linkedFirst, name: '冯工', active: true, askedBy: '', version: 1, createdAt: await tx.now() });
      await service.publish(AccountStandingChangedSchema, { userId: linkedFirst, dealerId, disabled: true, version: 2 });
      await waitedFor(async () => (await service.sql('select from known_account where id = $1', [linkedFirst])).length > 0);
      return {};
    });
    await service.drain();
    for (const userId of [disabledFirst, linkedFirst]) expect((await words(userId)).map(([active, , version]) => [active, version])).toEqual([[false, 1]]);
  });

  it('D-5, X-9: who was given no work before it was told is told as others are, from the day on which the dealer took him out', async () => {
    const [outside, left, works] = [newId(), newId(), newId()];
    const taken = await technicians().createTechnician({ userId: outside, name: '陈工' });
    for (const userId of [left, works]) await technicians().createTechnician({ userId, name: '褚工' });
    await technicians().deactivateTechnician({ id: taken.id, version: taken.version });
    const since = businessDate(await service.now());
    await tell(left, true, 2);
    const before = (await told(outside))[0];
    await service.moveClock('3d');
    const today = businessDate(await service.now());
    // As the service stood before: nothing was told.
    await service.sql('delete from outbox where event_type = $1', [TechnicianStandingChangedSchema.typeName]);
    const runner = { query: (text: string) => service.sql(text) } as unknown as QueryRunner;
    await new TechniciansTold1800920000000().down(runner);
    await new TechniciansTold1800920000000().up(runner);
    expect(today).not.toBe(since);
    expect(await told(outside)).toEqual([before]);
    expect([await words(left), await told(works)]).toEqual([[[false, today, 1]], []]);
    await tell(left, false, 3);
    expect((await words(left)).map(([active, , version]) => [active, version])).toEqual([[false, 1], [true, 2]]);
  });
});
