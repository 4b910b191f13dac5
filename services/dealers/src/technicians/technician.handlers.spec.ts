import { AccountStandingChangedSchema, DealerService, TechnicianImportedSchema, TechnicianService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { startTestService, type TestService } from '@aftercare/testing';
import { dealers } from '../dealers.module.js';

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
});
