import { ProductFamilyService, ProductModelService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { migrate } from '@aftercare/service';
import { createTestDatabase, withClient } from '@aftercare/testing';
import { CustomersPlatform, refusal } from '../customers.fixture.js';
import { customers } from '../customers.module.js';
import { ProductFamilies1798300300000 } from '../migrations/1798300300000-product-families.js';
import { FamilyCodes1799600200000 } from '../migrations/1799600200000-family-codes.js';

describe('the catalogue of families over the bus', () => {
  const platform = new CustomersPlatform();
  const families = (ctx = platform.service.ctx()) => platform.service.client(ProductFamilyService, ctx);
  beforeAll(() => platform.start());
  afterAll(() => platform.service.stop());

  it('W-9: a family is added once, however its code is written, and everybody reads it', async () => {
    const { id } = await families().createProductFamily({ code: 'basin', name: '面盆', nameEn: 'Basins' });
    await expect(families().createProductFamily({ code: 'Basin', name: '面盆', nameEn: 'Basins' })).rejects.toEqual(refusal('already_exists', 'FAMILY_CODE_TAKEN'));
    const { manager } = await platform.dealer();
    await expect(families(manager).createProductFamily({ code: 'x', name: 'x', nameEn: 'x' })).rejects.toEqual(refusal('permission_denied', 'ROLE_NOT_ALLOWED'));
    expect(await families(manager).getProductFamily({ code: 'basin' })).toMatchObject({ id, name: '面盆', nameEn: 'Basins', active: true });
    await expect(families(manager).getProductFamily({ code: 'bathtub' })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
    expect((await families(manager).listProductFamilies({ q: '面' })).items).toMatchObject([{ code: 'basin' }]);
  });

  it('W-9: of two who add a family at once, however its code is written, one is told that it is there', async () => {
    const both = await Promise.allSettled(['shower', 'SHOWER'].map((code) => families().createProductFamily({ code, name: '花洒', nameEn: 'Showers' })));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find((each) => each.status === 'rejected')).toMatchObject({ reason: { code: 'already_exists', reason: 'FAMILY_CODE_TAKEN' } });
  });

  it('W-9: families from before that differ in case only: the earliest stays in use, the others are retired and stay so', async () => {
    const database = await createTestDatabase('customers');
    const through = (migrations: typeof customers.migrations) => migrate({ service: 'customers', url: database.ownerUrl, profile: 'test', migrations });
    await through(customers.migrations.slice(0, customers.migrations.indexOf(FamilyCodes1799600200000)));
    const kept = await withClient(database.adminUrl, async (client) => {
      for (const [code, at] of [['tap', '2026-01-02'], ['Tap', '2026-01-01'], ['sink', '2026-01-03']]) {
        await client.query(`insert into product_family (id, code, name, name_en, active, version, created_at) values ($1, $2, $2, '', true, 1, $3)`, [newId(), code, at]);
      }
      await through(customers.migrations);
      const audited = await client.query(`select action from audit_entry where kind = 'product_family'`);
      const rows = await client.query('select code, active, version from product_family order by created_at');
      return { rows: rows.rows as object[], audited: audited.rows };
    });
    expect(kept).toEqual({
      rows: [{ code: 'Tap', active: true, version: 1 }, { code: 'tap', active: false, version: 2 }, { code: 'sink', active: true, version: 1 }], audited: [{ action: 'update' }],
    });
    await database.drop();
  });

  it('W-9: a retired family takes nothing new, and what names it stays', async () => {
    const model = await platform.model();
    const { items: [toilet] } = await families().listProductFamilies({ q: 'toilet' });
    const changed = { id: toilet.id, version: toilet.version, name: '坐便器', nameEn: 'Toilets', active: false };
    await expect(families().updateProductFamily({ ...changed, version: 9 })).rejects.toEqual(refusal('aborted', 'STALE_VERSION'));
    await expect(families().updateProductFamily({ ...changed, id: newId() })).rejects.toEqual(refusal('not_found', 'NOT_FOUND'));
    expect(await families().updateProductFamily(changed)).toMatchObject({ state: 'retired', version: toilet.version + 1 });
    await expect(platform.model()).rejects.toEqual(refusal('failed_precondition', 'FAMILY_RETIRED'));
    expect((await platform.service.client(ProductModelService).getProductModel({ id: model.id })).family).toBe('toilet');
    expect((await families().listProductFamilies({ state: 'retired' })).items).toMatchObject([{ code: 'toilet', name: '坐便器' }]);
  });

  it('W-9: what models and checklists named before the catalogue stands in it', async () => {
    const database = await createTestDatabase('customers');
    const through = (migrations: typeof customers.migrations) => migrate({ service: 'customers', url: database.ownerUrl, profile: 'test', migrations });
    await through(customers.migrations.slice(0, customers.migrations.indexOf(ProductFamilies1798300300000)));
    const kept = await withClient(database.adminUrl, async (client) => {
      await client.query(`insert into product_model (id, code, name, name_en, family, state, drafted_by, version)
        values ($1, 'OLD', '旧', '', 'bathtub', 'published', 'clerk', 2)`, [newId()]);
      await client.query(`insert into installation_checklist (id, family, revision, state, points, drafted_by, version, created_at)
        values ($1, 'steam-room', 1, 'draft', '[]', 'clerk', 1, now())`, [newId()]);
      await through(customers.migrations);
      return client.query('select code, name, active from product_family order by code');
    });
    expect(kept.rows).toEqual([{ code: 'bathtub', name: 'bathtub', active: true }, { code: 'steam-room', name: 'steam-room', active: true }]);
    await database.drop();
  });
});
