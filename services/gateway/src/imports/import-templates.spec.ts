import { DealerService, ProductModelService, StockService } from '@aftercare/contracts';
import { isDealerRole, LOCALES, newId, ROLES } from '@aftercare/domain';
import { fake } from '@aftercare/testing';
import { readSheet } from 'read-excel-file/node';
import { Gateway, type Person } from '../spec/gateway-harness.js';
import { uploadOf } from '../spec/multipart.js';
import { columnText } from '../texts/texts.js';
import { customerForm, dealerForm, faultCodeForm, importForms, invoiceResultForm, modelForm, openingHoldingsForm, openingMoneyForm, openingStockForm, partFitForm, partForm, priceListForm, unitForm, userForm } from './import-forms.js';
import { noteOf } from './import-templates.js';
import { SheetReader } from './sheet-reader.js';

describe('the forms of imports', () => {
  it('X-9: every column has headings and a note in both languages, and no two columns of a sheet share a heading', () => {
    for (const form of importForms) {
      for (const locale of LOCALES) {
        const headings = form.columns.map(({ key }) => columnText(locale, key));
        expect([form.name, headings.filter((heading, at) => headings.indexOf(heading) !== at)]).toEqual([form.name, []]);
        expect([form.name, form.columns.filter(({ key }) => noteOf(locale, form, key) === '').map(({ key }) => key)]).toEqual([form.name, []]);
      }
      expect([form.name, form.columns.filter(({ names }) => names.length !== 2).map(({ key }) => key)]).toEqual([form.name, []]);
    }
  });
});

describe('the templates of imports', () => {
  let gateway: Gateway;
  let clerk: Person;
  const everybody = new Map<string, Person>();

  beforeAll(async () => {
    gateway = await Gateway.start([
      fake(DealerService, { getDealerStanding: async ({ id }) => ({ id, status: 'active' }), listDealers: async () => ({ items: [{ code: 'SH001' }] }) }),
      fake(ProductModelService, { listProductModels: async () => ({ items: [{ code: 'M-1' }] }) }),
      fake(StockService, { listWarehouses: async () => ({ items: [{ code: 'TZ' }] }) }),
    ]);
    for (const role of ROLES) everybody.set(role, await gateway.person(role, isDealerRole(role) ? { dealerId: newId() } : {}));
    clerk = everybody.get('service_clerk') as Person;
  });
  afterAll(() => gateway.stop());

  const template = async (name: string, language: string): Promise<Buffer> => {
    const sender = ['price-lists', 'invoice-results', 'opening-money'].includes(name) ? (everybody.get('finance_clerk') as Person) : clerk;
    const cookie = await gateway.signIn(sender.username, 'river stone lamp');
    return (await gateway.app.inject({ url: `/api/v1/imports/${name}/template`, headers: { cookie, 'accept-language': language } })).rawPayload;
  };

  it.each([unitForm, dealerForm, userForm, modelForm, customerForm, faultCodeForm, partForm, partFitForm, priceListForm, openingStockForm, openingHoldingsForm, invoiceResultForm, openingMoneyForm].map((form) => [form.name, form] as const))('X-9: %s: headings in the reader’s language, an example, and notes of every column', async (name, form) => {
    for (const [language, locale, page] of [['zh-CN', 'zh-CN', '说明'], ['en', 'en', 'Notes']] as const) {
      const content = await template(name, language);
      const [headings, ...rows] = await readSheet(content);
      expect(headings).toEqual(form.columns.map(({ key }) => columnText(locale, key)));
      expect(rows).toHaveLength(name === 'units' ? 0 : 1);
      const notes = await readSheet(content, page);
      expect(notes.slice(1).map(([chinese, english]) => [chinese, english])).toEqual(form.columns.map(({ key }) => [columnText('zh-CN', key), columnText('en', key)]));
    }
  });

  it('X-9: a template sent back as it is has no rows; the drop-downs name what is registered', async () => {
    const content = await template('users', 'zh-CN');
    const { body } = await clerk.send('POST', '/imports/users', uploadOf('users.xlsx', content));
    await gateway.app.get(SheetReader, { strict: false }).readWaiting();
    expect((await clerk.get(`/jobs/gateway/${String(body.id)}`)).body).toMatchObject({ state: 'failed', errors: [{ row: 0, code: 'SHEET_EMPTY' }] });
    expect((await readSheet(content, 'lists')).flat()).toEqual(expect.arrayContaining(['SH001', 'TZ', 'dealer_manager']));
  });

  it.each([
    ['units', ['service_clerk', 'warehouse_keeper']], ['dealers', ['service_clerk']], ['users', ['dealer_manager', 'admin', 'service_clerk']],
    ['models', ['service_clerk', 'quality_engineer']], ['customers', ['dealer_manager', 'service_clerk']], ['price-lists', ['finance_clerk']],
  ])('X-9: %s are imported by the roles of the table, everybody else gets 403 for template and upload', async (name, may) => {
    for (const role of ROLES) {
      const person = everybody.get(role) as Person;
      const upload = await person.send('POST', `/imports/${name}`, uploadOf('x.csv', ''));
      const expected = may.includes(role) ? [200, 400] : [403, 403];
      expect([role, (await person.get(`/imports/${name}/template`)).status, upload.status]).toEqual([role, ...expected]);
    }
  });
});
