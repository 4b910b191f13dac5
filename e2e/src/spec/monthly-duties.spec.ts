import { addMonths, businessDate } from '@aftercare/domain';
import { readSheet } from 'read-excel-file/node';
import { eventually, type Ref } from '../http/api.js';
import { moveBusinessClock } from '../http/running.js';
import { importUnits, publishModel, type Job } from '../story/goods.js';
import { hireStaff, registerDealer, type Accounts, type DealerPeople, type People } from '../story/people.js';
import type { SpecPlatform } from './platform-fixture.js';
import { startStoryPlatform } from './story-platform.js';

interface Report extends Ref {
  counted: number;
  pending: number;
  late: boolean;
  nil: boolean;
  amendments: { number: string }[];
}

describe('the monthly reports of a dealer over HTTP', () => {
  const today = businessDate(new Date());
  const month = today.slice(0, 7);
  const [next, afterNext] = [1, 2].map((months) => addMonths(`${month}-01`, months).slice(0, 7)) as [string, string];
  const serials = ['DUTY-0001', 'DUTY-0002', 'DUTY-0003'];
  let world: SpecPlatform;
  let people: People;
  let dealer: DealerPeople;

  beforeAll(async () => {
    world = await startStoryPlatform();
    const accounts: Accounts = { url: world.running.url, password: 'Duty-spec-2026-x', suffix: 'du' };
    people = await hireStaff(world.admin, accounts);
    dealer = await registerDealer(people, accounts, { code: 'DUTY', name: '上海经销商', regionCode: '310104', territory: ['310000'] });
    await publishModel(people, 'FA-DUTY');
    const dispatched = { modelCode: 'FA-DUTY', dealerCode: 'DUTY', manufacturedOn: '2025-01-01', dispatchedOn: '2025-01-02' };
    expect((await importUnits(people.clerk, serials.map((serial) => ({ ...dispatched, serial })))).state).toBe('done');
  }, 180_000);
  afterAll(() => world?.stop(), 60_000);

  async function report(kind: string, of = month): Promise<Report> {
    const { items: [found] } = await dealer.manager.get<{ items: Ref[] }>(`/monthly-reports?month=${of}&kind=${kind}`);
    return dealer.manager.get<Report>(`/monthly-reports/${found?.id}`);
  }
  const counts = (lines: number) => eventually(() => report('installation'), ({ counted }) => counted === lines, `${lines} lines`);
  const standing = async (of: string) => (await people.supervisor.get<{ items: Record<string, string>[] }>(`/duties?month=${of}&dealerId=${dealer.id}`)).items.map(({ installation, repair }) => [installation, repair])[0];
  const to = (local: string) => moveBusinessClock(world.running.databases, `${local}+08:00`);
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
