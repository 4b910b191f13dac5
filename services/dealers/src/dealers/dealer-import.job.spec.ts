import { DealerChangedSchema, DealerService, JobService } from '@aftercare/contracts';
import { faultsOf, runImport, startTestService, type TestService } from '@aftercare/testing';
import { dealers } from '../dealers.module.js';

const row = { name: '杭州经销商', regionCode: '330106', addressDetail: '文三路 1 号', contactName: '李经理', contactPhone: '13900002222' };
const papers = { taxTitle: '杭州阀门有限公司', taxNumber: '91330106MA1FR12345', agreementNumber: 'HZ-1', validFrom: '2020-01-01', validTo: '2099-12-31' };

describe('the job import-dealers', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService({ ...dealers });
  });
  afterAll(() => service.stop());

  const run = (sheet: Record<string, string>[], dryRun = false) => runImport(service, service.ctx(), { kind: 'import-dealers', sheet, dryRun });
  const list = async (q: string) => (await service.client(DealerService, service.ctx()).listDealers({ q })).items;

  it('X-9: drafts dealers as applicants that a supervisor activates, children with their parents, each told and audited; the same file again changes nothing', async () => {
    const sheet = [{ ...row, code: 'GL02', parentCode: 'GL01' }, { ...row, ...papers, code: 'GL01' }];
    expect(await run(sheet, true)).toMatchObject({ state: 'done', result: '{"valid":true}' });
    expect(await list('GL0')).toEqual([]);
    expect(await run(sheet)).toMatchObject({ state: 'done', errors: [], result: '{"drafted":2,"unchanged":0}' });
    const [parent, child] = await list('GL0');
    expect([parent, child]).toMatchObject([{ code: 'GL01', status: 'applicant', parentId: '' }, { code: 'GL02', parentId: parent.id }]);
    expect(await service.sql('select from outbox where event_type = $1', [DealerChangedSchema.typeName])).toHaveLength(2);
    expect(await service.sql(`select from audit_entry where kind = 'dealer' and action = 'create'`)).toHaveLength(2);
    expect(await run(sheet)).toMatchObject({ state: 'done', result: '{"drafted":0,"unchanged":2}' });
    const supervisor = service.client(DealerService, service.ctx({ role: 'service_supervisor', userId: 'supervisor' }));
    await expect(supervisor.activateDealer({ id: parent.id, version: 1 })).resolves.toMatchObject({ state: 'active' });
    expect(await run(sheet)).toMatchObject({ result: '{"drafted":0,"unchanged":2}' });
  });

  it('X-9: a file with faults drafts nothing and names them by row and cell in the language of who sent it', async () => {
    const job = await run([{ ...row, code: 'GL11' }, { ...row, code: 'GL12', regionCode: '999999' }, { ...row, code: 'GL11' }]);
    expect([job.state, faultsOf(job)]).toEqual(['failed', ['3 regionCode REGION_UNKNOWN', '4 code ROW_DOUBLE']]);
    expect(job.errors[0]?.message).toContain('行政区划');
    expect(await list('GL1')).toEqual([]);
  });

  it('X-9: dealers are imported by the clerk who drafts them', async () => {
    for (const role of ['service_supervisor', 'admin', 'auditor'] as const) {
      await expect(service.client(JobService, service.ctx({ role })).beginJob({ kind: 'import-dealers' })).rejects.toMatchObject({ reason: 'ROLE_NOT_ALLOWED' });
    }
  });
});
