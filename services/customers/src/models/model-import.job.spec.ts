import { JobService, ProductModelService } from '@aftercare/contracts';
import { faultsOf, runImport } from '@aftercare/testing';
import { CustomersPlatform } from '../customers.fixture.js';

describe('the job import-models', () => {
  const platform = new CustomersPlatform();
  beforeAll(async () => {
    await platform.start();
    await platform.families('shower', 'faucet');
  });
  afterAll(() => platform.service.stop());

  const quality = () => platform.service.ctx({ role: 'quality_engineer', userId: 'quality' });
  const run = (sheet: Record<string, string>[], dryRun = false) => runImport(platform.service, quality(), { kind: 'import-models', sheet, dryRun });
  const models = async (q: string) => (await platform.service.client(ProductModelService, quality()).listProductModels({ q })).items;
  const sheet: Record<string, string>[] = [
    { code: 'GL-M1', name: '花洒', family: 'shower', months: '24' }, { code: 'GL-M1', partClass: 'seal', months: '12' }, { code: 'GL-M2', name: '龙头', family: 'faucet', months: '60' },
  ];

  it('X-9: drafts models with their terms that a supervisor publishes; the same file again changes nothing, before and after', async () => {
    expect(await run(sheet, true)).toMatchObject({ result: '{"valid":true}' });
    expect(await models('GL-M')).toEqual([]);
    expect(await run(sheet)).toMatchObject({ state: 'done', errors: [], result: '{"drafted":2,"unchanged":0}' });
    const [first] = await models('GL-M');
    const supervisor = platform.service.client(ProductModelService, platform.service.ctx({ role: 'service_supervisor' }));
    expect(await supervisor.getProductModel({ id: first.id })).toMatchObject({ state: 'draft', terms: [{ partClass: '*', months: 24 }, { partClass: 'seal', months: 12 }] });
    await supervisor.publishProductModel({ id: first.id, version: 1 });
    expect(await run(sheet)).toMatchObject({ state: 'done', result: '{"drafted":0,"unchanged":2}' });
  });

  it('X-9: a file with faults drafts nothing', async () => {
    const job = await run([{ code: 'GL-N1', name: '花洒', family: 'shower', months: '24' }, { code: 'GL-N2', name: '', family: 'shower', months: 'x' }]);
    expect([job.state, faultsOf(job)]).toEqual(['failed', ['3 months VALUE_INVALID', '3 name FIELD_MISSING']]);
    const unknown = await run([{ code: 'GL-N1', name: '浴缸', family: 'bathtub', months: '24' }]);
    expect([unknown.state, faultsOf(unknown)]).toEqual(['failed', ['2 family FAMILY_UNKNOWN']]);
    expect(await models('GL-N')).toEqual([]);
  });

  it('X-9: models are imported by who may draft them', async () => {
    const jobs = platform.service.client(JobService, platform.service.ctx({ role: 'service_supervisor' }));
    await expect(jobs.beginJob({ kind: 'import-models' })).rejects.toMatchObject({ reason: 'ROLE_NOT_ALLOWED' });
  });
});
