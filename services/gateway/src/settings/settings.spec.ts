import { NoticeRequestedSchema, OperationsService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { fake } from '@aftercare/testing';
import { Gateway, type Person } from '../spec/gateway-harness.js';

describe('settings, notices and operations', () => {
  let gateway: Gateway;
  let admin: Person;

  beforeAll(async () => {
    const others = ['dealers', 'customers', 'repairs'].map((name) => fake(OperationsService, { verifyAudit: async () => ({ intact: true, entries: 3, verifiedTo: 3, complete: true }) }, name));
    // The trail of parts is too long for one answer.
    const long = async ({ after }: { after: number }) => ({ intact: true, entries: 150_000, verifiedTo: Math.min(after + 100_000, 150_000), complete: after >= 100_000 });
    others.push(fake(OperationsService, { verifyAudit: long }, 'parts'));
    gateway = await Gateway.start(others);
    admin = await gateway.person('admin');
  });
  afterAll(() => gateway.stop());

  const dayFromNow = async (days: number): Promise<string> => {
    const [{ day }] = await gateway.service.sql<{ day: string }>(`select ((business_now() at time zone 'Asia/Shanghai')::date + $1::int)::text as day`, [days]);
    return day;
  };

  it('X-9: a setting holds from its day on and is told to every service', async () => {
    const effectiveFrom = await dayFromNow(1);
    expect((await admin.put('/settings/quote.validDays', { value: 20, effectiveFrom })).body).toMatchObject({ id: 'quote.validDays', version: 1 });
    const find = async () => ((await admin.get('/settings')).body.items as { key: string; value: unknown }[]).find(({ key }) => key === 'quote.validDays');
    expect(await find()).toMatchObject({ value: 15, default: 15, dated: [{ effectiveFrom, value: 20 }] });
    const [told] = await gateway.service.sql<{ payload: string }>(`select payload::text from outbox where event_type = 'aftercare.gateway.v1.SettingChanged'`);
    expect(JSON.parse(told.payload)).toMatchObject({ key: 'quote.validDays', value: '20', effectiveFrom, version: 1 });
    await gateway.service.moveClock('24h');
    expect(await find()).toMatchObject({ value: 20 });
  });

  it('X-9, R-3: a wrong value, an unknown setting, a past day and another term for clocks that run are refused', async () => {
    const effectiveFrom = await dayFromNow(0);
    expect((await admin.put('/settings/quote.validDays', { value: '20', effectiveFrom })).body.reason).toBe('SETTING_TYPE');
    const outside = async (language: string) => (await admin.put('/settings/quote.validDays', { value: 0, effectiveFrom }, { 'accept-language': language })).body;
    expect(await outside('zh-CN')).toMatchObject({ reason: 'SETTING_RANGE', detail: '设置值超出范围。请填 1 到 365 之间的数值。' });
    expect(await outside('en')).toMatchObject({
      errors: [{ field: 'value', message: 'The value is out of range for this setting. Give one from 1 to 365.' }], details: { min: 1, max: 365 },
    });
    const nothing = await admin.put('/settings/quote.validDays', { value: null, effectiveFrom }, { 'accept-language': 'en' });
    expect(nothing.body.errors).toEqual([{ field: 'value', code: expect.any(String), message: 'Must be there and not null.' }]);
    expect((await admin.put('/settings/quote.validDays', { value: 20, effectiveFrom: '2020-01-01' })).body.reason).toBe('DATE_IN_PAST');
    for (const key of ['call.solveHours', 'call.specialHours', 'call.warningPercent']) {
      expect((await admin.put(`/settings/${key}`, { value: 30, effectiveFrom })).body).toMatchObject({ reason: 'SETTING_STARTS_TOO_EARLY', details: { earliest: await dayFromNow(1) } });
    }
    expect((await admin.put('/settings/no.such', { value: 20, effectiveFrom })).status).toBe(404);
    const clerk = await gateway.person('service_clerk');
    expect((await clerk.put('/settings/quote.validDays', { value: 20, effectiveFrom })).status).toBe(403);
  });

  it('X-5: a notice reaches the users of its role at its dealer, once, and each marks it for himself', async () => {
    const [own, other] = [newId(), newId()];
    const manager = await gateway.person('dealer_manager', { dealerId: own });
    const stranger = await gateway.person('dealer_manager', { dealerId: other });
    const event = {
      kind: 'call.sla_warning', recipientRole: 'dealer_manager', recipientDealerId: own, documentKind: 'repair-call', documentId: newId(), documentNumber: 'RC-1',
      severity: 'warning', params: JSON.stringify({ dueAt: '2026-11-26T16:05:00.000Z' }),
    };
    const eventId = await gateway.service.publish(NoticeRequestedSchema, event);
    await gateway.service.publish(NoticeRequestedSchema, event, { eventId });
    await gateway.service.drain();
    const list = await manager.get('/notices', { 'accept-language': 'en' });
    expect(list.body.items).toEqual([expect.objectContaining({ text: 'Call RC-1 is about to run out of time; due 27 Nov 2026, 00:05.', read: false, documentNumber: 'RC-1' })]);
    expect((await stranger.get('/notices')).body.items).toEqual([]);
    const [{ id }] = list.body.items as { id: string }[];
    expect((await stranger.post(`/notices/${id}/read`)).status).toBe(404);
    expect((await manager.post(`/notices/${id}/read`)).body).toEqual({ id, read: true });
    expect((await manager.get('/notices?unread=true')).body.items).toEqual([]);
  });

  it('X-5: a notice to one user reaches him alone', async () => {
    const dealerId = newId();
    const technician = await gateway.person('dealer_technician', { dealerId });
    const colleague = await gateway.person('dealer_technician', { dealerId });
    await gateway.service.publish(NoticeRequestedSchema, { kind: 'call.routed', recipientUserId: technician.userId, documentNumber: 'RC-2', severity: 'info', params: 'no json' });
    await gateway.service.drain();
    expect((await technician.get('/notices')).body.items).toHaveLength(1);
    expect((await colleague.get('/notices')).body.items).toEqual([]);
  });

  it('X-5: a notice to one user and a role reaches him once, whether the role is his or not, and the others of the role', async () => {
    const [owner, colleague, supervisor] = [await gateway.person('quality_engineer'), await gateway.person('quality_engineer'), await gateway.person('service_supervisor')];
    const ids = [newId(), newId()];
    for (const [at, recipientUserId] of [owner.userId, supervisor.userId].entries()) {
      await gateway.service.publish(NoticeRequestedSchema, { kind: 'corrective_action.overdue', recipientRole: 'quality_engineer', recipientUserId, documentId: ids[at], documentNumber: 'CA-1', severity: 'alarm' });
    }
    await gateway.service.drain();
    const heard = async (who: typeof owner) => ((await who.get('/notices')).body.items as { documentId: string }[]).map(({ documentId }) => ids.indexOf(documentId)).filter((at) => at >= 0).sort();
    expect([await heard(owner), await heard(colleague), await heard(supervisor)]).toEqual([[0, 1], [0, 1], [1]]);
  });

  it('X-4: what was done stands in the trail, names of people only as field names, and every service proves its chain', async () => {
    await admin.post('/users', { username: 'traced.user', name: 'Canary Name', role: 'auditor' });
    const { items } = (await admin.get('/audit?service=gateway')).body as { items: { kind: string; action: string; changed: string }[] };
    expect(items.find(({ kind, action }) => kind === 'user' && action === 'create')).toBeDefined();
    expect(JSON.stringify(items)).not.toContain('Canary Name');
    const verify = async (query = '') => (await admin.get(`/audit/verify${query}`)).body.items as { service: string; intact: boolean | null; problem: string; verifiedTo: number }[];
    const verdicts = await verify();
    expect(verdicts.map(({ service, intact }) => [service, intact])).toEqual([
      ['gateway', true], ['dealers', true], ['customers', true], ['repairs', true], ['parts', null], ['invoicing', null], ['insights', null],
    ]);
    expect(verdicts.slice(4).map(({ problem }) => problem)).toEqual(['verified up to entry 100000, ask for the rest with service=parts&after=100000', 'no answer', 'no answer']);
    expect(await verify('?service=parts&after=100000')).toEqual([expect.objectContaining({ service: 'parts', intact: true, verifiedTo: 150_000, problem: '' })]);
    expect((await admin.get('/audit/verify?service=parts&after=-1')).status).toBe(400);
    expect((await admin.get('/audit/verify?service=nobody')).status).toBe(400);
  });

  it('answers for its health', async () => {
    expect((await gateway.send('GET', '/health/live')).body).toEqual({ live: true });
    expect((await gateway.send('GET', '/health/ready')).body).toEqual({ ready: true, database: 'ok', broker: 'ok' });
  });
});
