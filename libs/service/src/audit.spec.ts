import { rmSync } from 'node:fs';
import { OperationsService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { startTestService, type TestService } from '@aftercare/testing';
import { verifyAudit, type AuditVerdict } from './index.js';
import { sampleDefinition } from './spec-support/sample.js';

let service: TestService;
let documents: string[];

beforeAll(async () => {
  service = await startTestService(sampleDefinition);
  // Sealed by hand here, so that no second passes between a step and the look at it.
  await service.running.sealer.stop();
});
afterAll(() => service.stop());

beforeEach(async () => {
  await service.sql('truncate audit_entry, audit_pending, audit_seal, audit_personal');
  rmSync(service.running.sealer.anchorFile, { force: true });
  documents = [];
  for (let entry = 0; entry < 10; entry += 1) documents.push(await change(entry));
  await service.running.sealer.seal();
  await service.running.sealer.anchor();
});

async function change(entry: number): Promise<string> {
  const id = newId();
  await service.database.command(service.ctx(), async (tx) => {
    await tx.audit({ action: 'change', kind: 'sample', id, changed: { amount: { before: entry, after: entry + 1 } }, personal: { phone: { before: '1', after: `1380000${entry}` } } });
    return {};
  });
  return id;
}

const verify = () => verifyAudit(service.dataSource, service.running.sealer.anchorFile);
const tamper = (sql: string) => service.sql(sql);
/** Recomputes the chain from a sequence on, as somebody with every right in the database could. */
const REWRITE = `do $$ declare s record; before text := repeat('0', 64); begin
  for s in select * from audit_seal order by sequence loop
    update audit_seal set previous = before, entry_hash = (select audit_entry_hash(e) from audit_entry e where e.id = s.entry_id) where sequence = s.sequence;
    update audit_seal set hash = audit_link_hash(previous, entry_hash) where sequence = s.sequence returning hash into before;
  end loop; end $$`;

it('X-4: an untouched chain is intact, entries wait for the sealer, and sealing twice links nothing twice', async () => {
  expect(await verify()).toMatchObject({ intact: true, entries: 10, firstBroken: 0, problem: '' });
  await change(11);
  expect(await verify()).toMatchObject({ intact: true, entries: 10 });
  const linked = await Promise.all([service.running.sealer.seal(), service.running.sealer.seal()]);
  expect(linked.reduce((sum, count) => sum + count)).toBe(1);
  expect(await verify()).toMatchObject({ intact: true, entries: 11 });
});

it.each([
  ['an edited entry', `update audit_entry set changed = '{"amount":{"after":1}}' where id = (select entry_id from audit_seal where sequence = 4)`, 4, /changed/],
  ['an edited time', `update audit_entry set at = at - interval '1 hour' where id = (select entry_id from audit_seal where sequence = 3)`, 3, /changed/],
  ['a deleted entry', `delete from audit_entry where id = (select entry_id from audit_seal where sequence = 5)`, 5, /deleted/],
  ['an entry deleted with its link', `with gone as (delete from audit_seal where sequence = 5 returning entry_id) delete from audit_entry where id in (select entry_id from gone)`, 5, /missing/],
  ['an inserted entry', `insert into audit_entry (id, user_id, role, action, kind, document_id, changed, request_id) values (gen_random_uuid(), '', 'admin', 'x', 'x', 'x', '{}', '')`, 0, /outside the chain/],
  ['a link taken away at the end', `delete from audit_seal where sequence = 10`, 1, /cut off/],
  ['two entries that changed places', `update audit_seal set sequence = case sequence when 6 then -7 else -6 end where sequence in (6, 7); update audit_seal set sequence = -sequence where sequence < 0`, 6, /follow/],
  ['a cut tail', `with gone as (delete from audit_seal where sequence > 7 returning entry_id) delete from audit_entry where id in (select entry_id from gone)`, 1, /cut off/],
  ['a chain written anew', `update audit_entry set user_id = 'nobody' where id = (select entry_id from audit_seal where sequence = 2); ${REWRITE}`, 1, /written anew/],
  ['a changed personal value', `update audit_personal set personal_values = '{}' where entry_id = (select entry_id from audit_seal where sequence = 8)`, 8, /personal values/],
  ['a personal value taken away without a trace', `delete from audit_personal where entry_id = (select entry_id from audit_seal where sequence = 9)`, 9, /personal values/],
])('X-4: %s shows', async (_what, sql, firstBroken, problem) => {
  await tamper(sql);
  const verdict = await verify();
  expect(verdict).toMatchObject({ intact: false, firstBroken });
  expect(verdict.problem).toMatch(problem);
});

it('X-4: an anchor narrows down what was written anew', async () => {
  await change(12);
  await service.running.sealer.seal();
  await service.running.sealer.anchor();
  await tamper(`update audit_entry set role = 'auditor' where id = (select entry_id from audit_seal where sequence = 11); ${REWRITE}`);
  expect(await verify()).toMatchObject({ intact: false, firstBroken: 11 });
});

describe('X-4: a chain that is too long for one answer', () => {
  const LENGTH = 4_500;
  beforeEach(async () => {
    await tamper(`with made as (insert into audit_entry (id, user_id, role, action, kind, document_id, changed, request_id)
      select gen_random_uuid(), 'u', 'admin', 'x', 'x', 'x', '{}', '' from generate_series(11, ${LENGTH}) returning id) insert into audit_pending select id from made`);
    await service.running.sealer.seal();
    await service.running.sealer.anchor();
  });

  /** Asks for the rest until the end; answers how far each call came and the last verdict. */
  async function callByCall(): Promise<{ stops: number[]; last: AuditVerdict }> {
    for (const stops: number[] = []; ;) {
      const last = await verifyAudit(service.dataSource, service.running.sealer.anchorFile, { after: stops.at(-1) ?? 0, budgetMs: 0 });
      stops.push(last.verifiedTo);
      if (last.complete) return { stops, last };
      expect(last).toMatchObject({ intact: true, problem: '' });
    }
  }

  it('is verified call by call, each says how far it came', async () => {
    const { stops, last } = await callByCall();
    expect(last).toMatchObject({ intact: true, entries: LENGTH, firstBroken: 0, verifiedTo: LENGTH });
    expect(stops.length).toBeGreaterThan(2);
    expect(await verify()).toMatchObject({ intact: true, entries: LENGTH, verifiedTo: LENGTH, complete: true });
    const operations = service.client(OperationsService, service.ctx({ role: 'auditor' }));
    expect(await operations.verifyAudit({ after: LENGTH })).toMatchObject({ intact: true, entries: LENGTH, verifiedTo: LENGTH, complete: true });
    await expect(operations.verifyAudit({ after: -1 })).rejects.toMatchObject({ reason: 'INVALID_FIELD' });
  });

  it.each([2_000, 2_001, 4_500])('shows a changed, a deleted and a re-linked entry %s, also where one call ends and the next begins', async (at) => {
    const sealed = `(select entry_id from audit_seal where sequence = ${at})`;
    await tamper(`update audit_entry set role = 'auditor' where id = ${sealed}`);
    expect([(await callByCall()).last.firstBroken, (await verify()).firstBroken]).toEqual([at, at]);
    await tamper(`update audit_seal set entry_hash = (select audit_entry_hash(e) from audit_entry e where e.id = entry_id) where sequence = ${at};
      update audit_seal set hash = audit_link_hash(previous, entry_hash) where sequence = ${at}`);
    const relinked = (await callByCall()).last;
    expect(relinked.intact).toBe(false);
    // The last entry's own link fits again: its anchor does not.
    if (at < LENGTH) expect(relinked.firstBroken).toBe(at + 1);
    else expect(relinked.problem).toMatch(/written anew/);
    await tamper(`delete from audit_entry where id = ${sealed}`);
    const deleted = (await callByCall()).last;
    expect(deleted.intact).toBe(false);
    if (at < LENGTH) expect(deleted).toMatchObject({ firstBroken: at, problem: `entry ${at} was deleted` });
  });

  it.each([
    ['an entry without a link', `insert into audit_entry (id, user_id, role, action, kind, document_id, changed, request_id) values (gen_random_uuid(), '', 'admin', 'x', 'x', 'x', '{}', '')`, /outside the chain/],
    ['an entry with a link before the first', `with made as (insert into audit_entry (id, user_id, role, action, kind, document_id, changed, request_id)
      values (gen_random_uuid(), '', 'admin', 'x', 'x', 'x', '{}', '') returning *)
      insert into audit_seal select 0, id, 'x', 'x', 'x' from made`, /missing|follow|changed/],
    ['a cut tail', 'with gone as (delete from audit_seal where sequence > 4000 returning entry_id) delete from audit_entry where id in (select entry_id from gone)', /cut off/],
  ])('shows %s in the last call at the latest', async (_what, sql, problem) => {
    await tamper(sql);
    const { last } = await callByCall();
    expect(last.intact).toBe(false);
    expect(last.problem).toMatch(problem);
  });
});

it('X-4: the application may only add and read', async () => {
  const refused = ['update audit_entry set role = $1', 'delete from audit_entry where role = $1', 'delete from audit_pending where $1 = $1', 'update audit_seal set hash = $1',
    'insert into audit_seal (sequence, entry_id, entry_hash, previous, hash) values (99, gen_random_uuid(), $1, $1, $1)', 'update audit_personal set salt = $1'];
  for (const sql of refused) await expect(service.dataSource.query(sql, ['x'])).rejects.toThrow(/permission denied/);
});

it('X-4: anonymising erases the personal values and leaves the chain intact', async () => {
  const erased = await service.database.command(service.ctx(), async (tx) => {
    const [row] = await tx.em.query<{ erased: number }[]>('select erase_audit_personal($1) as erased', [documents[3]]);
    return row;
  });
  expect(erased).toEqual({ erased: 1 });
  expect(await service.sql(`select from audit_personal where personal_values like '%13800003%'`)).toHaveLength(0);
  expect(await verify()).toMatchObject({ intact: true, entries: 10 });
});

it('X-4: is listed and verified by admin and auditor, newest first, page by page, and by nobody else', async () => {
  const operations = service.client(OperationsService, service.ctx({ role: 'auditor' }));
  const first = await operations.listAudit({ limit: 6 });
  const second = await operations.listAudit({ limit: 6, cursor: first.nextCursor });
  expect([...first.items, ...second.items].map((entry) => entry.documentId)).toEqual([...documents].reverse());
  expect(second.nextCursor).toBe('');
  expect(first.items[0]).toMatchObject({ action: 'change', kind: 'sample', sequence: 10, dealerId: '' });
  expect(JSON.parse(first.items[0].changed)).toEqual({ amount: { before: 9, after: 10 }, personal: ['phone'] });
  expect((await operations.listAudit({ documentId: documents[2] })).items).toHaveLength(1);
  expect(await operations.verifyAudit({})).toMatchObject({ intact: true, entries: 10, firstBroken: 0 });
  for (const ctx of [service.ctx(), service.dealerCtx(newId())]) {
    await expect(service.client(OperationsService, ctx).listAudit({})).rejects.toMatchObject({ code: 'permission_denied' });
    await expect(service.client(OperationsService, ctx).verifyAudit({})).rejects.toMatchObject({ code: 'permission_denied' });
  }
});

it('X-4: a dealer’s changes are entered too, with its role and dealer', async () => {
  const dealerId = newId();
  await service.database.command(service.dealerCtx(dealerId), async (tx) => {
    await tx.audit({ action: 'dealer', kind: 'sample', id: 'd', dealerId });
    return {};
  });
  expect(await service.sql(`select role, dealer_id from audit_entry where action = 'dealer'`)).toEqual([{ role: 'dealer_manager', dealer_id: dealerId }]);
});
