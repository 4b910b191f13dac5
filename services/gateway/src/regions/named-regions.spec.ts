import { CustomerService, DealerService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { JsonText } from '@aftercare/messaging';
import { fake } from '@aftercare/testing';
import { readSheet } from 'read-excel-file/node';
import { controllers } from '../gateway.module.js';
import { describedMessages } from '../http/endpoint.js';
import { endpointsOf } from '../spec/endpoints.js';
import { Gateway } from '../spec/gateway-harness.js';
import { tellsRegion, withRegionNames } from './named-regions.js';
import { regionNames } from './region-names.js';

const QUOTED = 'says "regionCode":"310104" himself';
const customer = { id: newId(), number: 'CU-2026-000001', name: '王**', phone: '138****1234', regionCode: '330106', unitCount: 1 };

let gateway: Gateway;
const fakes = [
  fake(DealerService, {
    getDealerStanding: async ({ id }) => ({ id, code: 'SH001', name: '洁宇', status: 'active' }),
    getDealer: async ({ id }) => ({ id, code: 'SH001', name: QUOTED, address: { regionCode: '310104', detail: '中山西路1号' } }),
  }),
  fake(CustomerService, {
    getCustomer: async ({ id }) => ({ id, number: 'CU-2026-000001', regionCode: '', addressDetail: '' }),
    // As PostgreSQL writes it.
    listCustomers: async () => new JsonText(`{"items" : [${JSON.stringify(customer).replaceAll('":', '" : ')}], "nextCursor" : ""}`),
  }),
];

beforeAll(async () => (gateway = await Gateway.start(fakes)), 60_000);
afterAll(() => gateway.stop());

it('D-1: a document names the region beside its code in the reader’s language', async () => {
  const clerk = await gateway.person('service_clerk');
  const path = `/dealers/${newId()}`;
  expect((await clerk.get(path, { 'accept-language': 'zh-CN' })).body).toMatchObject({ name: QUOTED, address: { regionCode: '310104', regionName: '上海市徐汇区', detail: '中山西路1号' } });
  expect((await clerk.get(path, { 'accept-language': 'en' })).body).toMatchObject({ address: { regionCode: '310104', regionName: 'Xuhui District, Shanghai' } });
});

it('C-1: a list names them too; where no code is, none is named', async () => {
  const clerk = await gateway.person('service_clerk');
  expect((await clerk.get('/customers', { 'accept-language': 'zh-CN' })).body).toEqual({ items: [{ ...customer, regionName: '浙江省杭州市西湖区' }], nextCursor: '' });
  expect((await clerk.get(`/customers/${newId()}`)).body).not.toHaveProperty('regionName');
});

it('X-2: an exported list has a column with the names', async () => {
  const clerk = await gateway.person('service_clerk');
  const [headings, row] = await readSheet((await clerk.get('/customers?format=xlsx', { 'accept-language': 'en' })).bytes) as string[][];
  expect(row[headings.indexOf('Region code')]).toBe('330106');
  expect(row[headings.indexOf('Region')]).toBe('Xihu District, Hangzhou, Zhejiang');
});

it('D-1: every answer with a region is an rpc’s, so that the document promises no name which nobody adds', () => {
  const named = endpointsOf(controllers).filter(({ endpoint }) => endpoint?.rpc && tellsRegion(endpoint.rpc.output)).map(({ name }) => name);
  expect(named).toEqual(expect.arrayContaining(['DealersController.get', 'DealersController.list', 'CustomersController.get', 'CallsController.get', 'TariffsController.get']));
  expect([...describedMessages].filter((message) => tellsRegion(message)).map(({ name }) => name)).toEqual([]);
});

it('D-1, D-4: a territory and the groups of a dealer file are named too, families are not', async () => {
  const name = await regionNames('zh-CN');
  const json = JSON.stringify({
    territoryRegionCodes: ['310000', '990000'], regions: [{ key: '310104', calls: 2 }, { key: '', calls: 1 }], families: [{ key: '310104' }], text: '"regions":[{"key":"310104"}]',
  });
  expect(JSON.parse(withRegionNames(json, name))).toEqual({
    territoryRegionCodes: ['310000', '990000'], territoryRegionNames: ['上海市', ''],
    regions: [{ key: '310104', regionName: '上海市徐汇区', calls: 2 }, { key: '', calls: 1 }], families: [{ key: '310104' }], text: '"regions":[{"key":"310104"}]',
  });
  expect(JSON.parse(withRegionNames('{"territoryRegionCodes" : []}', name))).toEqual({ territoryRegionCodes: [], territoryRegionNames: [] });
});

it('D-1: names stand beside codes only, however often', async () => {
  const name = await regionNames('zh-CN');
  const json = JSON.stringify([{ regionCode: '990000' }, { regionCode: '441900', text: QUOTED }]);
  expect(JSON.parse(withRegionNames(json, name))).toEqual([{ regionCode: '990000' }, { regionCode: '441900', regionName: '广东省东莞市', text: QUOTED }]);
});
