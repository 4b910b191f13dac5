import { CustomerService } from '@aftercare/contracts';
import { newId, PERSON_NAME_LENGTH_MAX } from '@aftercare/domain';
import { fake } from '@aftercare/testing';
import { customerForm, pastInstallationForm } from '../imports/import-forms.js';
import { noteOf } from '../imports/import-templates.js';
import { Gateway, type Answer, type Person } from '../spec/gateway-harness.js';

const address = { regionCode: '310104', detail: '漕溪路 100 弄' };
const call = { channel: 'phone', contactPhone: '13912345678', address, symptoms: '滴水' };
const ref = { id: newId(), number: 'CU-1', state: 'registered', version: 1 };

/** Wherever a person's name is typed: the path, the rest of the body and the field. */
const FORMS: Record<string, { send: (person: Person, name: string) => Promise<Answer>; field: string }> = {
  'a customer': { field: 'name', send: (person, name) => person.post('/customers', { name, phones: ['13912345678'], address, consentService: true }) },
  'a changed customer': { field: 'name', send: (person, name) => person.put(`/customers/${newId()}`, { version: 1, name }) },
  'the contact of a call': { field: 'contactName', send: (person, contactName) => person.post('/repair-calls', { ...call, contactName }) },
  'a contact that is read back': { field: 'contactName', send: (person, contactName) => person.post('/repair-calls/read-back', { ...call, contactName }) },
  'a corrected contact': {
    field: 'contactName', send: (person, contactName) => person.post(`/repair-calls/${newId()}/correct`, { version: 1, fields: ['contactName'], contactName, reason: '听错' }),
  },
  'who calls from a label': { field: 'contactName', send: (person, contactName) => person.post('/public/units/SN-0001/calls', { contactName, contactPhone: '13912345678', address, symptoms: '滴水' }) },
  'who agrees to a quote': {
    field: 'customerName', send: (person, customerName) => person.post(`/repair-calls/${newId()}/answer-quote`, { version: 1, quoteId: newId(), accepted: true, method: 'phone', customerName }),
  },
  'the customer of a monthly report': {
    field: 'customer.name',
    send: (person, name) => person.post(`/monthly-reports/${newId()}/installations`, { serial: 'SN-0001', customer: { name, phones: ['13912345678'], address }, acceptedOn: '2026-03-01' }),
  },
};

describe('the length of a person’s name', () => {
  let gateway: Gateway;
  let manager: Person;
  beforeAll(async () => {
    gateway = await Gateway.start([fake(CustomerService, { createCustomer: async () => ref, updateCustomer: async () => ref })]);
    manager = await gateway.person('dealer_manager', { dealerId: newId() });
  });
  afterAll(() => gateway.stop());

  it.each(Object.entries(FORMS))('C-1: %s may have 100 characters; one more is refused by its field', async (_what, { send, field }) => {
    expect((await send(manager, '长'.repeat(PERSON_NAME_LENGTH_MAX))).body.errors ?? []).toEqual([]);
    const refused = await send(manager, '长'.repeat(PERSON_NAME_LENGTH_MAX + 1));
    expect([refused.status, refused.body.errors?.map((error) => error.field)]).toEqual([400, [field]]);
  });

  it('C-1: a customer of 100 characters is registered and changed', async () => {
    const name = '长'.repeat(100);
    const answers = [await FORMS['a customer'].send(manager, name), await FORMS['a changed customer'].send(manager, name)];
    expect(answers.map(({ status }) => status)).toEqual([201, 200]);
  });

  it('X-9: the templates say the same length', () => {
    for (const [form, column] of [[customerForm, 'name'], [pastInstallationForm, 'customerName']] as const) {
      expect([noteOf('zh-CN', form, column), noteOf('en', form, column)]).toEqual([expect.stringContaining('100'), expect.stringContaining('100')]);
    }
  });
});
