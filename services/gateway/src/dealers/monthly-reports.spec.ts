import { DealerService, DutyService, JobService, PastInstallationService, type BeginJobRequest, type RegisterPastInstallationRequest, type SubmitMonthlyReportRequest } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { notFound } from '@aftercare/messaging';
import { fake } from '@aftercare/testing';
import { readSheet } from 'read-excel-file/node';
import { Gateway, type Person } from '../spec/gateway-harness.js';
import { uploadOf } from '../spec/multipart.js';

const HEADINGS = ['序列号', '用户编号', '用户姓名', '电话', '行政区划代码', '详细地址', '购买日期', '验收日期', '售价'];

describe('monthly reports over HTTP', () => {
  let gateway: Gateway;
  let manager: Person;
  const [dealerId, leftId, reportId] = [newId(), newId(), newId()];
  const activeDays = [{ firstDay: '2026-03-01', lastDay: '2026-03-18' }];
  const servingDays = [{ firstDay: '2026-03-01', lastDay: '2026-03-31' }];
  const registered: RegisterPastInstallationRequest[] = [];
  const submitted: SubmitMonthlyReportRequest[] = [];
  const begun: BeginJobRequest[] = [];

  beforeAll(async () => {
    gateway = await Gateway.start([
      fake(DealerService, { getDealerStanding: async ({ id }) => ({ id, status: id === leftId ? 'terminated' : 'active' }) }),
      fake(DutyService, {
        getAdditionScope: async ({ id }, ctx) => {
          if (id !== reportId || ctx.dealerId !== dealerId) throw notFound('monthly report');
          return { dealerId, month: '2026-03', state: 'open', activeDays, servingDays };
        },
        submitMonthlyReport: async (request) => {
          submitted.push(request);
          return { id: request.id, number: 'MR-1', state: 'submitted', version: 2 };
        },
      }),
      fake(PastInstallationService, {
        registerPastInstallation: async (request) => {
          registered.push(request);
          return { id: newId(), number: 'IN-1', state: 'accepted', version: 1 };
        },
      }),
      fake(JobService, {
        beginJob: async (request) => {
          begun.push(request);
          return { id: newId() };
        },
        appendRows: async ({ rows }) => ({ staged: rows.length }),
        startJob: async () => ({ state: 'queued' }),
      }, 'customers'),
    ]);
    manager = await gateway.person('dealer_manager', { dealerId });
  });
  afterAll(() => gateway.stop());

  const installation = {
    serial: 'SN-1', customer: { name: '王小明', phones: ['13811112222'], address: { regionCode: '310104', detail: '漕溪路 1 号' } }, purchaseDate: '2026-03-01', acceptedOn: '2026-03-10',
  };

  it('D-7: an addition is made for the dealer, the month and the days that its report says, whoever asks', async () => {
    const answer = await manager.post(`/monthly-reports/${reportId}/installations`, installation);
    expect([answer.status, answer.body.number]).toEqual([201, 'IN-1']);
    expect(registered.at(-1)).toMatchObject({ ...installation, dealerId, month: '2026-03', activeDays, servingDays });
    expect((await manager.post(`/monthly-reports/${reportId}/installations`, { ...installation, month: '2026-02' })).status).toBe(400);
    const stranger = await gateway.person('dealer_manager', { dealerId: newId() });
    for (const [person, id] of [[stranger, reportId], [manager, newId()]] as const) {
      expect((await person.post(`/monthly-reports/${id}/installations`, installation)).status).toBe(404);
      expect((await person.send('POST', `/monthly-reports/${id}/installations/import`, uploadOf('x.csv', ''))).status).toBe(404);
    }
    expect(registered).toHaveLength(1);
  });

  it('D-7: a sheet of additions becomes a job of customers, for the same dealer, month and days', async () => {
    const csv = `\uFEFF${HEADINGS.join()}\nSN-1,,王小明,13811112222,310104,漕溪路 1 号,2026/3/1,2026/3/10,\n`;
    const answer = await manager.send('POST', `/monthly-reports/${reportId}/installations/import?dryRun=true`, uploadOf('漏报.csv', csv));
    expect([answer.status, answer.body.service]).toEqual([202, 'customers']);
    expect(begun.at(-1)).toMatchObject({ kind: 'import-past-installations', dryRun: true, fileName: 'past-installations.xlsx' });
    expect(JSON.parse(begun.at(-1)?.options ?? '')).toMatchObject({ dealerId, month: '2026-03', activeDays, servingDays });
    const cookie = await gateway.signIn(manager.username, 'river stone lamp');
    const template = await gateway.app.inject({ url: '/api/v1/monthly-reports/installations/template', headers: { cookie, 'accept-language': 'zh-CN' } });
    expect((await readSheet(template.rawPayload))[0]).toEqual(HEADINGS);
  });

  it('D-7, D-1: a terminated dealer may hand in what it owes, and adds nothing any more', async () => {
    const left = await gateway.person('dealer_manager', { dealerId: leftId });
    expect((await left.post(`/monthly-reports/${reportId}/submit`, { version: 1, nil: true })).status).toBe(200);
    expect(submitted.at(-1)).toMatchObject({ id: reportId, nil: true });
    expect((await left.post(`/monthly-reports/${reportId}/installations`, installation)).body.reason).toBe('DEALER_TERMINATED');
  });

  it('D-7: a month that is none is refused by name', async () => {
    const answer = await manager.get('/monthly-reports?month=2026-13', { 'accept-language': 'en' });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'month', message: 'Must be a month, such as "2026-03".' }] } });
  });
});
