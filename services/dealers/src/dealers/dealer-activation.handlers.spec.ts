import { DealerService, type DealerActivation } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { runImport, startTestService, type TestService } from '@aftercare/testing';
import { dealers } from '../dealers.module.js';

const papers = { taxTitle: '杭州阀门有限公司', taxNumber: '91330106MA1FR12345', agreementNumber: 'HZ-1', validFrom: '2020-01-01', validTo: '2099-12-31' };
const row = (code: string, given: object = {}) => ({ code, name: '杭州经销商', regionCode: '330106', ...given });

describe('activating many dealers', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService({ ...dealers });
  });
  afterAll(() => service.stop());

  const supervisor = (given: object = {}) => service.client(DealerService, service.ctx({ role: 'service_supervisor', userId: 'supervisor', ...given }));
  const outcome = ({ code, activated, missing }: Pick<DealerActivation, 'code' | 'activated' | 'missing'>) => [code, activated, missing.map(({ reason }) => reason)];

  it('X-9, D-1: the applicants of an import are activated each by itself; the others are told everything that they lack', async () => {
    const { id } = await runImport(service, service.ctx(), { kind: 'import-dealers', sheet: [row('B1', papers), row('B2'), row('B3', papers)] });
    await service.client(DealerService, service.ctx()).createDealer({ code: 'B0', name: '不在文件中', address: { regionCode: '310104' } });
    const answer = await supervisor({ idempotencyKey: 'once' }).activateDealers({ importJobId: id });
    expect(answer.items.map(outcome)).toEqual([['B1', true, []], ['B2', false, ['AGREEMENT_MISSING', 'TAX_IDENTITY_MISSING']], ['B3', true, []]]);
    expect([answer.activated, answer.nextCursor, answer.items[1].missing[0].message]).toEqual([2, '', expect.stringContaining('协议')]);
    expect((await supervisor().activateDealers({ importJobId: id })).items.map(outcome)).toEqual([['B2', false, ['AGREEMENT_MISSING', 'TAX_IDENTITY_MISSING']]]);
    expect(await service.sql(`select from audit_entry where kind = 'dealer' and action = 'activate'`)).toHaveLength(2);
  });

  it('X-9: dealers named by id answer in that order; a missing one, an active one and one’s own draft are told so', async () => {
    const mine = await supervisor().createDealer({ code: 'C1', name: '自己起草', address: { regionCode: '310104' } });
    const { items: [active] } = await supervisor().listDealers({ status: 'active' });
    const answer = await supervisor().activateDealers({ ids: [mine.id, newId(), active.id] });
    expect(answer.items.map(outcome)).toEqual([
      ['C1', false, ['APPROVER_IS_REQUESTER', 'AGREEMENT_MISSING', 'TAX_IDENTITY_MISSING']], ['', false, ['NOT_FOUND']], [active.code, false, ['STEP_NOT_ALLOWED']],
    ]);
    expect((await supervisor().activateDealers({ importJobId: newId() })).items).toEqual([]);
  });

  it('X-9: is the supervisor’s, and names dealers', async () => {
    const clerk = service.client(DealerService, service.ctx());
    await expect(clerk.activateDealers({ ids: [newId()] })).rejects.toMatchObject({ reason: 'ROLE_NOT_ALLOWED' });
    await expect(supervisor().activateDealers({})).rejects.toMatchObject({ code: 'invalid_argument', reason: 'DEALERS_MISSING' });
  });
});
