import { AccountStandingChangedSchema, DealerChangedSchema, InstallationService, NoticeRequestedSchema } from '@aftercare/contracts';
import type { CallContext } from '@aftercare/messaging';
import { keepAccount } from '@aftercare/service';
import { appointment, CustomersPlatform, refusal } from '../customers.fixture.js';
import { technicianTurn } from './technician-left.js';

describe('planned installations of a technician whose account is disabled', () => {
  const platform = new CustomersPlatform();
  const installations = (ctx: CallContext) => platform.service.client(InstallationService, ctx);
  beforeAll(() => platform.start());
  afterAll(() => platform.service.stop());

  const technicianOf = (dealerId: string): string => {
    const { userId } = platform.service.dealerCtx(dealerId, 'dealer_technician');
    platform.technicians.set(userId, { dealerId, active: true });
    return userId;
  };
  /** A dealer with two technicians, of whom the first has an appointment. */
  async function scene() {
    const dealer = await platform.dealer();
    const [leaver, colleague] = [technicianOf(dealer.id), technicianOf(dealer.id)];
    const serials = await platform.units(await platform.model(), dealer, 3);
    const customer = await platform.customer(dealer.manager);
    const planned = async (technicianUserId: string): Promise<{ id: string; version: number }> => {
      const unit = await platform.sold(dealer.manager, serials.pop() ?? '', { customerId: customer.id, purchaseDate: '2026-01-01' });
      return installations(dealer.manager).scheduleInstallation({ unitId: unit.id, technicianUserId, ...appointment });
    };
    const tell = async (disabled: boolean, version: number, userId = leaver): Promise<void> => {
      platform.technicians.set(userId, { dealerId: dealer.id, active: !disabled });
      await platform.service.publish(AccountStandingChangedSchema, { userId, dealerId: dealer.id, disabled, version });
      await platform.service.drain();
    };
    return { ...dealer, leaver, colleague, planned, tell, open: await planned(leaver) };
  }
  const told = async (id: string): Promise<string[]> => {
    const rows = await platform.service.sql<{ payload: string }>('select payload from outbox where event_type = $1 and payload like $2 order by id', [NoticeRequestedSchema.typeName, `%${id}%`]);
    return rows.map(({ payload }) => JSON.parse(payload) as { kind: string; recipientRole: string; recipientDealerId?: string })
      .map(({ kind, recipientRole, recipientDealerId = '' }) => `${kind} ${recipientRole} ${recipientDealerId}`);
  };

  it('X-9, C-4: each is told to the manager once and stays until it is given to somebody else, which a leaver is not; a colleague’s and a cancelled one are not told', async () => {
    const { id: dealerId, manager, leaver, colleague, planned, tell, open } = await scene();
    const [other, given] = [await planned(colleague), await planned(leaver)];
    await installations(manager).cancelInstallation({ id: given.id, version: given.version, reason: '用户取消' });
    for (let time = 0; time < 2; time += 1) await tell(true, 2);
    expect([await told(open.id), await told(other.id), await told(given.id)]).toEqual([[`installation.technician_left dealer_manager ${dealerId}`], [], []]);
    await expect(installations(manager).getInstallation({ id: open.id })).resolves.toMatchObject({ state: 'scheduled', technicianUserId: leaver, version: open.version });
    const move = (technicianUserId: string) => installations(manager).rescheduleInstallation({ id: open.id, version: open.version, technicianUserId, reason: '离职', ...appointment });
    await expect(move(leaver)).rejects.toEqual(refusal('failed_precondition', 'TECHNICIAN_INACTIVE'));
    await expect(move(colleague)).resolves.toMatchObject({ state: 'scheduled', version: open.version + 1 });
  });

  it('X-9, C-4: who was heard of here is given no appointment, new or moved, also where the dealer’s list still has him; enabled again he is', async () => {
    const { id: dealerId, manager, leaver, colleague, planned, tell } = await scene();
    const own = await planned(colleague);
    await tell(true, 2);
    platform.technicians.set(leaver, { dealerId, active: true });
    const move = () => installations(manager).rescheduleInstallation({ id: own.id, version: own.version, technicianUserId: leaver, reason: '换人', ...appointment });
    await expect(move()).rejects.toEqual(refusal('failed_precondition', 'TECHNICIAN_INACTIVE'));
    await expect(planned(leaver)).rejects.toEqual(refusal('failed_precondition', 'TECHNICIAN_INACTIVE'));
    await tell(false, 3);
    await expect(move()).resolves.toMatchObject({ state: 'scheduled' });
  });

  it('X-9, C-4: an appointment that is made while he leaves waits for the word and is refused', async () => {
    const { manager, leaver, planned } = await scene();
    let asked: Promise<unknown> = Promise.resolve();
    await platform.service.database.command(manager, async (tx) => {
      await technicianTurn(tx, leaver);
      asked = expect(planned(leaver)).rejects.toEqual(refusal('failed_precondition', 'TECHNICIAN_INACTIVE'));
      const waits = async () => (await platform.service.sql(`select from pg_locks where locktype = 'advisory' and not granted`)).length > 0;
      while (!(await waits())) await new Promise((resolve) => setTimeout(resolve, 10));
      await keepAccount(tx.em, { userId: leaver, disabled: true, version: 2 });
      return {};
    });
    await asked;
  });

  it('X-9: enabled in between it is told anew when he leaves again; a word that comes late tells nothing', async () => {
    const { tell, open } = await scene();
    await tell(false, 3);
    await tell(true, 2);
    expect(await told(open.id)).toEqual([]);
    for (const [disabled, version] of [[true, 4], [false, 5], [true, 4], [true, 6]] as const) await tell(disabled, version);
    expect(await told(open.id)).toHaveLength(2);
  });

  it('X-9, D-1: where the dealer left as well and nobody follows, the clerk is told', async () => {
    const { id, code, tell, open } = await scene();
    await platform.service.publish(DealerChangedSchema, { dealerId: id, code, name: code, status: 'terminated', version: 2 });
    await platform.service.drain();
    await tell(true, 2);
    expect(await told(open.id)).toEqual(['installation.technician_left service_clerk ']);
  });
});
