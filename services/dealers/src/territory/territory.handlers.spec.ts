import { DealerService, TerritoryService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { startTestService, type TestService } from '@aftercare/testing';
import { dealers } from '../dealers.module.js';

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ ...dealers });
});
afterAll(() => service.stop());

async function dealer(code: string, regionCode: string, territoryRegionCodes: string[], status = 'active'): Promise<string> {
  const { id } = await service.client(DealerService, service.ctx()).createDealer({ code: `T-${code}`, name: code, address: { regionCode }, territoryRegionCodes });
  await service.sql('update dealer set status = $2 where id = $1', [id, status]);
  return id;
}

it('D-1: calls are taken by dealers whose territory holds the district, who sit in its city, or who are named', async () => {
  const ids = {
    province: await dealer('A', '110101', ['310000']), city: await dealer('B', '110101', ['310100']), district: await dealer('C', '110101', ['310104']),
    near: await dealer('D', '310115', []), suspended: await dealer('E', '110101', ['310104'], 'suspended'), named: await dealer('F', '440305', ['440000']),
    gone: await dealer('G', '310104', ['310104'], 'terminated'), applicant: await dealer('H', '310104', ['310104'], 'applicant'), far: await dealer('I', '110101', ['330000']),
  };
  const ask = async (request: { regionCode?: string; dealerIds?: string[] }, ctx = service.ctx()) =>
    (await service.client(TerritoryService, ctx).listCallTakers(request)).items.map(({ id }) => id);
  expect(await ask({ regionCode: '310104', dealerIds: [ids.named, ids.gone, newId(), 'x'] })).toEqual([ids.province, ids.city, ids.district, ids.near, ids.suspended, ids.named]);
  expect(await ask({ dealerIds: [ids.far] })).toEqual([ids.far]);
  expect(await ask({})).toEqual([]);
  expect(await ask({ regionCode: '310104' }, service.dealerCtx(ids.city))).toEqual([ids.city]);
  const [row] = (await service.client(TerritoryService, service.ctx()).listCallTakers({ dealerIds: [ids.suspended] })).items;
  expect(row).toMatchObject({ code: 'T-E', status: 'suspended', regionCode: '110101', territoryRegionCodes: ['310104'] });
});
