import {
  BulletinService, CertificateService, DealerService, DutyService, FeeService, PartPriceService, ProductFamilyService, TechnicianService, TrainingService,
} from '@aftercare/contracts';
import { addDays, businessDate, newId } from '@aftercare/domain';
import { fake, startTestService, withClient, type TestService } from '@aftercare/testing';
import { dealers } from './dealers.module.js';
import { fakeCatalogue, part } from './prices/catalogue.fixture.js';

const TABLES = [
  'dealer', 'dealer_contact', 'dealer_contract', 'dealer_agreement', 'technician', 'service_fee', 'own_part_price', 'training_attendance', 'certificate', 'certification', 'bulletin_addressee', 'bulletin_receipt',
  'dealer_status_change', 'monthly_report', 'monthly_report_line', 'monthly_report_amendment', 'monthly_report_amendment_line',
];
/** Of the dealer alone, not its parent's. */
const MONEY = ['dealer_contract', 'dealer_agreement', 'service_fee', 'own_part_price', 'bulletin_addressee', 'bulletin_receipt'];
/** Fenced by whom they are addressed to. */
const ADDRESSED = ['bulletin'];

describe('tenancy of dealers, each fence by itself', () => {
  let service: TestService;
  let child: string;
  let parent: string;

  beforeAll(async () => {
    const cartridge = part('P-1', ['2020-01-01', '100.0000']);
    const families = fake(ProductFamilyService, { getProductFamily: async ({ code }) => ({ code, active: true }) });
    service = await startTestService({ ...dealers, fakes: [families, fakeCatalogue([cartridge])] });
    const create = async (code: string, parentId = ''): Promise<string> => {
      const clerk = service.client(DealerService, service.ctx());
      const taxIdentity = { title: code, taxNumber: '91310104MA1FR12345' };
      const agreement = { number: 'AG-1', validFrom: '2020-01-01', validTo: '2099-12-31' };
      return (await clerk.createDealer({ code, name: code, address: { regionCode: '310104' }, parentId, taxIdentity, agreement, contactName: '王经理', contactPhone: '13900001111' })).id;
    };
    parent = await create('PARENT');
    child = await create('CHILD', parent);
    const manager = service.dealerCtx(child);
    await service.client(FeeService, manager).setServiceFees({ labourFee: '1', travelFee: '1' });
    await service.client(PartPriceService, manager).setPartPrices({ effectiveFrom: addDays(businessDate(await service.now()), 100), prices: [{ partId: cartridge.id, unitPrice: '1' }] });
    const technician = await service.client(TechnicianService, manager).createTechnician({ userId: newId(), name: '李工' });
    const trainings = service.client(TrainingService, service.ctx());
    const course = await trainings.createCourse({ code: 'C-1', name: '龙头维修', family: 'faucet', validMonths: 12 });
    const training = await trainings.planTraining({ courseId: course.id, heldOn: '2026-01-05', place: '台州' });
    await trainings.recordAttendance({ id: training.id, version: 1, attendances: [{ technicianId: technician.id, result: 'passed' }] });
    const drafted = await service.client(BulletinService, service.ctx()).createBulletin({ kind: 'notice', title: '通知', text: '停产', dealerIds: [child] });
    await service.client(BulletinService, service.ctx({ role: 'service_supervisor' })).publishBulletin({ id: drafted.id, version: 1 });
    await service.client(BulletinService, manager).readBulletin({ id: drafted.id });
    await amendedReport();
  });
  afterAll(() => service.stop());

  /** A report of the child with a line and an amendment: its dealer is active for one month. */
  async function amendedReport(): Promise<void> {
    await service.client(DealerService, service.ctx({ role: 'service_supervisor' })).activateDealer({ id: child, version: 1 });
    const duties = service.client(DutyService, service.dealerCtx(child));
    const { items: [{ id, month }] } = await duties.listMonthlyReports({ kind: 'repair' });
    await service.moveClock('31d');
    await duties.submitMonthlyReport({ id, version: 1, nil: true });
    await duties.amendMonthlyReport({ id, version: 2, reason: '漏报', repairs: [{ repairedOn: `${month}-01`, note: '更换密封圈' }] });
  }

  it('every table with a dealer is under row-level security, forced on its owner as well', async () => {
    const fenced = await service.sql<{ name: string }>(`select relname as name from pg_class where relrowsecurity and relforcerowsecurity and relname not like 'audit%' order by 1`);
    expect(fenced.map(({ name }) => name)).toEqual([...TABLES, ...ADDRESSED].sort());
    const withDealer = await service.sql<{ name: string }>(`select distinct table_name as name from information_schema.columns where column_name = 'dealer_id' and table_schema = 'public' and table_name not like 'audit%'`);
    for (const { name } of withDealer) expect(TABLES).toContain(name);
  });

  it('row-level security alone: without a condition a stranger reads nothing, a parent its child’s service documents only', async () => {
    const count = (table: string, dealerList: string, own: string): Promise<number> =>
      withClient(service.testDatabase.appUrl, async (client) => {
        await client.query('begin');
        await client.query(`select set_config('app.dealers', $1, true), set_config('app.own_dealer', $2, true)`, [dealerList, own]);
        const column = table === 'dealer' ? 'id' : 'dealer_id';
        const { rows } = await client.query<{ count: number }>(`select count(*)::int as count from ${table} where ${column} = $1`, [child]);
        await client.query('rollback');
        return rows[0].count;
      });
    for (const table of TABLES) {
      const stranger = newId();
      expect(await count(table, stranger, stranger)).toBe(0);
      expect(await count(table, '', '')).toBe(0);
      expect(await count(table, child, child)).toBeGreaterThan(0);
      expect(await count(table, `${parent},${child}`, parent)).toBe(MONEY.includes(table) ? 0 : await count(table, child, child));
    }
  });

  it('row-level security alone: a published bulletin is seen by whom it is addressed to', async () => {
    const seenBy = (dealer: string): Promise<number> =>
      withClient(service.testDatabase.appUrl, async (client) => {
        await client.query('begin');
        await client.query(`select set_config('app.dealers', $1, true), set_config('app.own_dealer', $1, true)`, [dealer]);
        const { rows } = await client.query<{ count: number }>('select count(*)::int as count from bulletin');
        await client.query('rollback');
        return rows[0].count;
      });
    expect([await seenBy(child), await seenBy(parent), await seenBy(newId())]).toEqual([1, 0, 0]);
  });

  it('the condition alone: with row-level security switched off, foreign and missing still look the same', async () => {
    for (const table of [...TABLES, ...ADDRESSED]) await service.sql(`alter table ${table} disable row level security`);
    const stranger = service.dealerCtx(newId());
    const client = service.client(DealerService, stranger);
    const missing = await client.getDealer({ id: newId() }).catch((error: unknown) => error);
    await expect(client.getDealer({ id: child })).rejects.toEqual(missing);
    await expect(client.getDealerStanding({ id: child })).rejects.toEqual(missing);
    expect((await client.listDealers({})).items).toEqual([]);
    expect((await service.client(TechnicianService, stranger).listTechnicians({})).items).toEqual([]);
    expect((await service.client(CertificateService, stranger).listCertificates({})).items).toEqual([]);
    expect((await service.client(BulletinService, stranger).listBulletins({})).items).toEqual([]);
    expect((await service.client(DutyService, stranger).listMonthlyReports({})).items).toEqual([]);
    expect((await service.client(DutyService, stranger).listDuties({})).items).toEqual([]);
    const [training] = (await service.client(TrainingService, stranger).listTrainings({})).items;
    expect((await service.client(TrainingService, stranger).getTraining({ id: training.id })).attendances).toEqual([]);
    await expect(service.client(FeeService, stranger).getServiceFees({ dealerId: child })).rejects.toEqual(missing);
    await expect(service.client(PartPriceService, stranger).listPartPrices({ dealerId: child })).rejects.toEqual(missing);
    const asParent = service.dealerCtx(parent, 'dealer_manager', { childDealerIds: [child] });
    expect((await service.client(DealerService, asParent).getDealer({ id: child })).taxIdentity).toBeUndefined();
    await expect(service.client(FeeService, asParent).getServiceFees({ dealerId: child })).rejects.toEqual(missing);
    await expect(service.client(PartPriceService, asParent).listPartPrices({ dealerId: child })).rejects.toEqual(missing);
  });
});
