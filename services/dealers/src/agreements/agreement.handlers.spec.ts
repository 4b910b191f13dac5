import { AgreementService, DealerService, NoticeRequestedSchema } from '@aftercare/contracts';
import { addDays, businessDate, newId } from '@aftercare/domain';
import { migrate, pageOf } from '@aftercare/service';
import { createTestDatabase, planOf, startTestService, withClient, type TestService } from '@aftercare/testing';
import { dealers } from '../dealers.module.js';
import { agreementList } from './agreement.handlers.js';
import { Agreements1796200000000 } from '../migrations/1796200000000-agreements.js';

const refusal = (code: string, reason: string): Error => expect.objectContaining({ code, reason }) as Error;
const taxIdentity = { title: '上海阀门有限公司', taxNumber: '91310104MA1FR12345' };
const data = { name: '上海', address: { regionCode: '310104', detail: '漕溪路 1 号' }, taxIdentity };

describe('agreements over the bus', () => {
  let service: TestService;
  let today: string;
  let codes = 0;

  beforeAll(async () => {
    service = await startTestService({ ...dealers });
    today = businessDate(await service.now());
  });
  afterAll(() => service.stop());

  const agreements = (ctx = service.ctx()) => service.client(AgreementService, ctx);
  const supervisor = () => agreements(service.ctx({ role: 'service_supervisor' }));
  const clerk = () => service.client(DealerService, service.ctx());
  const activate = (id: string, version = 1) => service.client(DealerService, service.ctx({ role: 'service_supervisor' })).activateDealer({ id, version });
  async function dealer(validTo: string, parentId = ''): Promise<string> {
    const agreement = { number: 'AG-1', validFrom: '2020-01-01', validTo };
    const { id } = await clerk().createDealer({ ...data, code: `AG${(codes += 1)}`, agreement, parentId });
    await activate(id);
    return id;
  }
  const renewal = (dealerId: string, given: object = {}) => ({ dealerId, number: 'AG-2', validFrom: today, validTo: addDays(today, 900), ...given });
  const told = async (id: string) =>
    (await service.sql<{ payload: string }>('select payload from outbox where event_type = $1 and payload like $2 order by id', [NoticeRequestedSchema.typeName, `%${id}%`]))
      .map(({ payload }) => JSON.parse(payload) as { kind: string; recipientRole: string; params: string })
      .map(({ kind, recipientRole, params }) => [kind, recipientRole, (JSON.parse(params) as { days: number }).days]);

  it('D-1: the first agreement is approved with the dealer, a renewal is filed by a clerk and approved by a supervisor; the old one is kept', async () => {
    const id = await dealer(addDays(today, 400));
    expect((await agreements().listAgreements({ dealerId: id })).items).toEqual([expect.objectContaining({ number: 'AG-1', state: 'approved', inForce: true })]);
    const filed = await agreements().fileAgreement(renewal(id, { signedFile: { id: newId(), sha256: 'ab' } }));
    expect(filed).toMatchObject({ state: 'draft', number: 'AG-2', version: 1 });
    expect((await clerk().getDealer({ id })).agreement?.number).toBe('AG-1');
    const actions = async (as: ReturnType<typeof agreements>) => (await as.getAgreement({ dealerId: id, id: filed.id })).allowedActions.map(({ action, reason }) => [action, reason]);
    expect([await actions(agreements()), await actions(supervisor())]).toEqual([[['approve', 'ROLE_NOT_ALLOWED'], ['correct', ''], ['withdraw', '']], [['approve', ''], ['correct', ''], ['withdraw', '']]]);
    await expect(agreements().approveAgreement({ dealerId: id, id: filed.id, version: 1 })).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    await expect(supervisor().approveAgreement({ dealerId: id, id: filed.id, version: 9 })).rejects.toEqual(refusal('aborted', 'STALE_VERSION'));
    await expect(supervisor().approveAgreement({ dealerId: id, id: filed.id, version: 1 })).resolves.toMatchObject({ state: 'approved', version: 2 });
    expect((await clerk().getDealer({ id })).agreement).toMatchObject({ number: 'AG-2', signedFile: { sha256: 'ab' } });
    expect((await agreements().listAgreements({ dealerId: id })).items.map(({ number }) => number)).toEqual(['AG-2', 'AG-1']);
    await expect(agreements().fileAgreement(renewal(id, { validTo: addDays(today, 5) }))).rejects.toEqual(refusal('already_exists', 'AGREEMENT_NUMBER_TAKEN'));
    await expect(agreements().fileAgreement(renewal(id, { number: 'AG-3', validTo: '2019-01-01' }))).rejects.toMatchObject({ code: 'invalid_argument', reason: 'AGREEMENT_INVALID', details: { field: 'validTo' } });
    expect(await actions(supervisor())).toEqual(['approve', 'correct', 'withdraw'].map((action) => [action, 'STEP_NOT_ALLOWED']));
  });

  it('D-1: a draft is corrected, its number as well, or withdrawn, and its number is free again; the four-eyes rule goes by who corrected it', async () => {
    const id = await dealer(addDays(today, 400));
    const filed = await agreements().fileAgreement(renewal(id));
    const draft = { dealerId: id, id: filed.id, version: 1 };
    await expect(agreements().correctAgreement({ ...renewal(id, { number: 'AG-1' }), ...draft })).rejects.toEqual(refusal('already_exists', 'AGREEMENT_NUMBER_TAKEN'));
    await expect(agreements().correctAgreement({ ...renewal(id, { validFrom: '0001-01-01', validTo: '9999-12-31' }), ...draft })).rejects.toEqual(refusal('invalid_argument', 'AGREEMENT_TOO_LONG'));
    await expect(agreements(service.dealerCtx(id)).correctAgreement({ ...renewal(id), ...draft })).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    const himself = agreements(service.ctx({ role: 'service_supervisor', userId: 'himself' }));
    await expect(himself.correctAgreement({ ...renewal(id, { number: 'AG-3' }), ...draft })).resolves.toMatchObject({ number: 'AG-3', state: 'draft', version: 2 });
    await expect(himself.approveAgreement({ ...draft, version: 2 })).rejects.toEqual(refusal('permission_denied', 'APPROVER_IS_REQUESTER'));
    await expect(agreements().withdrawAgreement({ ...draft, reason: '重复' })).rejects.toEqual(refusal('aborted', 'STALE_VERSION'));
    await expect(agreements().withdrawAgreement({ ...draft, version: 2, reason: '重复登记' })).resolves.toMatchObject({ state: 'withdrawn' });
    const { items: [approved] } = await agreements().listAgreements({ dealerId: id });
    expect(approved).toMatchObject({ number: 'AG-1', state: 'approved' });
    await expect(agreements().withdrawAgreement({ dealerId: id, id: approved.id, version: approved.version, reason: 'x' })).rejects.toEqual(refusal('failed_precondition', 'STEP_NOT_ALLOWED'));
    await expect(agreements().fileAgreement(renewal(id, { number: 'AG-3' }))).resolves.toMatchObject({ version: 1 });
  });

  it('D-1: an agreement changed with the dealer’s data waits for its approval as well', async () => {
    const id = await dealer(addDays(today, 400));
    await clerk().updateDealer({ ...data, id, version: 2, agreement: { number: 'AG-9', validFrom: today, validTo: addDays(today, 700) } });
    expect((await clerk().getDealer({ id })).agreement?.number).toBe('AG-1');
    expect((await agreements().listAgreements({ dealerId: id })).items.map(({ number, state }) => [number, state])).toEqual([['AG-9', 'draft'], ['AG-1', 'approved']]);
  });

  it('D-1: the dealer’s manager and the manufacturer see agreements; a parent, another dealer and a missing one look the same', async () => {
    const parent = await dealer(addDays(today, 400));
    const id = await dealer(addDays(today, 400), parent);
    const [{ id: agreementId }] = (await agreements(service.dealerCtx(id)).listAgreements({ dealerId: id })).items;
    await expect(agreements(service.dealerCtx(id)).getAgreement({ dealerId: id, id: agreementId })).resolves.toMatchObject({ number: 'AG-1' });
    const asParent = agreements(service.dealerCtx(parent, 'dealer_manager', { childDealerIds: [id] }));
    const missing = await asParent.listAgreements({ dealerId: newId() }).catch((error: unknown) => error);
    await expect(asParent.listAgreements({ dealerId: id })).rejects.toEqual(missing);
    await expect(asParent.getAgreement({ dealerId: id, id: agreementId })).rejects.toEqual(missing);
    await expect(asParent.getAgreement({ dealerId: parent, id: agreementId })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
    await expect(agreements(service.dealerCtx(id, 'dealer_technician')).listAgreements({ dealerId: id })).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
  });

  it('are read along the index of the dealer’s, those that end last first, page by page', async () => {
    const dealerId = await dealer(addDays(today, 100));
    for (const days of [300, 200]) await agreements().fileAgreement({ dealerId, number: `AG-${days}`, validFrom: '2020-01-01', validTo: addDays(today, days) });
    const first = await agreements().listAgreements({ dealerId, page: { limit: 2 } });
    const rest = await agreements().listAgreements({ dealerId, page: { limit: 2, cursor: first.nextCursor } });
    expect([...first.items, ...rest.items].map(({ number, inForce }) => [number, inForce])).toEqual([['AG-300', false], ['AG-200', false], ['AG-1', true]]);
    const plan = await planOf(service.dataSource, agreementList(dealerId, pageOf({}, { list: 'agreements', key: 'date' })).text);
    expect(plan).toContain('using dealer_agreement_longest ');
    expect(plan).not.toContain('Sort');
  });

  it('D-1: an agreement that stood in the contract becomes the first document, with its reminders', async () => {
    const database = await createTestDatabase('dealers');
    const through = (migrations: typeof dealers.migrations) => migrate({ service: 'dealers', url: database.ownerUrl, profile: 'test', migrations });
    await through(dealers.migrations.slice(0, dealers.migrations.indexOf(Agreements1796200000000)));
    const rows = await withClient(database.adminUrl, async (client) => {
      const id = newId();
      await client.query(`insert into dealer (id, code, name, name_en, region_code, address_detail, contact_name, contact_phone, territory, status, status_reason, drafted_by, version)
        values ($1, 'OLD', '老', '', '310104', '', '', '', '{}', 'active', '', 'clerk', 3)`, [id]);
      await client.query(`insert into dealer_contract (dealer_id, agreement) values ($1, $2)`,
        [id, JSON.stringify({ number: 'AG-OLD', validFrom: '2020-01-01', validTo: '2099-12-31', signedFile: null })]);
      await through(dealers.migrations);
      const kept = await client.query('select number, state, valid_to::text as "validTo", signed_file as "signedFile" from dealer_agreement');
      const due = await client.query<{ kind: string }>(`select kind from deadline where kind like 'agreement-%' order by due_at`);
      return { kept: kept.rows as unknown[], due: due.rows.map(({ kind }) => kind) };
    });
    expect(rows).toEqual({
      kept: [{ number: 'AG-OLD', state: 'approved', validTo: '2099-12-31', signedFile: null }],
      due: ['agreement-60-days', 'agreement-30-days', 'agreement-last-day'],
    });
    await database.drop();
  });

  it('D-1, X-5: 60 and 30 days before the last day and on it the manager and the clerk are told, each once, unless a renewal follows', async () => {
    const validTo = addDays(today, 90);
    const [ending, renewed] = [await dealer(validTo), await dealer(validTo)];
    const filed = await agreements().fileAgreement(renewal(renewed));
    await supervisor().approveAgreement({ dealerId: renewed, id: filed.id, version: 1 });
    const [[end], [, old]] = await Promise.all([ending, renewed].map(async (dealerId) => (await agreements().listAgreements({ dealerId })).items));
    const both = (kind: string, days: number) => [[kind, 'dealer_manager', days], [kind, 'service_clerk', days]];
    const expected: unknown[] = [];
    for (const days of [60, 30, 0]) {
      await service.moveClock(`${addDays(validTo, -days)}T02:00:00Z`);
      await service.drain();
      expected.push(...both(days > 0 ? 'agreement.expires_soon' : 'agreement.expires_today', days));
      expect(await told(end.id)).toEqual(expected);
    }
    expect(await told(old.id)).toEqual([]);
  });
});
