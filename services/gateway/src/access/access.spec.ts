import { CallService, PartsRequestService, PriceListService } from '@aftercare/contracts';
import { newId, ROLES, seesPrices } from '@aftercare/domain';
import { ServiceError, type CallContext } from '@aftercare/messaging';
import { fake } from '@aftercare/testing';
import { Gateway } from '../spec/gateway-harness.js';
import { rolesOf } from './access-table.js';
import { isCrossSite } from './cross-site.js';

describe('who may do what', () => {
  let gateway: Gateway;
  const callers: CallContext[] = [];

  beforeAll(async () => {
    const answer = async (_request: unknown, ctx: CallContext) => {
      callers.push(ctx);
      return {};
    };
    const suspended = async () => Promise.reject(new ServiceError('failed_precondition', 'DEALER_SUSPENDED', 'suspended', { status: 'suspended' }));
    gateway = await Gateway.start([
      fake(PartsRequestService, { reviewPartsRequest: answer, getPartsRequest: answer, listPartsRequests: answer, createPartsRequest: suspended }),
      fake(PriceListService, { listPriceLists: answer }),
      fake(CallService, { getPublicCall: answer }),
    ]);
  });
  afterAll(() => gateway.stop());

  it('a role that may not do it gets 403 before the body is looked at, one that may reaches the service', async () => {
    const manager = await gateway.person('dealer_manager', { dealerId: newId() });
    const clerk = await gateway.person('service_clerk');
    const path = `/parts-requests/${newId()}/review`;
    expect((await manager.post(path, {})).body).toMatchObject({ status: 403, reason: 'ROLE_NOT_ALLOWED' });
    expect((await clerk.post(path, {})).status).toBe(400);
    expect((await clerk.post(path, { version: 1, lines: [{ lineId: newId() }] })).status).toBe(200);
  });

  it('F-7: lists of prices and documents of money are for who sees prices, the rule by which parts shows them', async () => {
    expect([...rolesOf('price-list.read')].sort()).toEqual(ROLES.filter(seesPrices).sort());
    const [manager, technician] = [await gateway.person('dealer_manager', { dealerId: newId() }), await gateway.person('dealer_technician', { dealerId: newId() })];
    expect((await technician.get('/price-lists')).status).toBe(403);
    expect((await manager.get('/price-lists')).status).toBe(200);
  });

  it('D-1: a suspended dealer’s manager is told whom to ask, the manufacturer’s clerk who can activate it', async () => {
    const dealerId = newId();
    const stock = { dealerId, purpose: 'stock', urgency: 'urgent', deliveryAddress: 'Taizhou 1', askedBy: 'Wang', lines: [{ partId: newId(), quantity: 1 }] };
    const detail = async (role: 'dealer_manager' | 'service_clerk', language: string) => {
      const person = await gateway.person(role, role === 'dealer_manager' ? { dealerId } : {});
      return (await person.post('/parts-requests', stock, { 'accept-language': language })).body.detail;
    };
    expect(await detail('dealer_manager', 'en')).toMatch(/Ask the manufacturer’s service department\.$/);
    expect(await detail('dealer_manager', 'zh-CN')).toMatch(/请联系厂方售后服务部。$/);
    expect(await detail('service_clerk', 'en')).toMatch(/A supervisor can activate it again\.$/);
    expect(await detail('service_clerk', 'zh-CN')).toMatch(/售后主管可以重新启用。$/);
  });

  it('D-1: the service hears a signed caller with dealer, standing, children and language', async () => {
    const [dealerId, child] = [newId(), newId()];
    gateway.standings.set(dealerId, { status: 'suspended', childIds: [child] });
    const manager = await gateway.person('dealer_manager', { dealerId });
    await manager.get('/parts-requests', { 'accept-language': 'en' });
    expect(callers.at(-1)).toMatchObject({
      userId: manager.userId, role: 'dealer_manager', dealerId, dealerStatus: 'suspended', childDealerIds: [child], locale: 'en', issuer: 'gateway',
    });
  });

  it('HEAD, other spellings and overrides give no more rights', async () => {
    const path = `/parts-requests/${newId()}`;
    expect((await gateway.send('HEAD', path)).status).toBe(401);
    for (const spelling of [`${path}/`, `/${path}`, path.toUpperCase(), path.replace('parts', '%70arts')]) {
      const answer = await gateway.send('GET', spelling);
      expect([401, 404]).toContain(answer.status);
    }
    const auditor = await gateway.person('auditor');
    const overridden = await auditor.send('POST', `${path}/submit`, { body: { version: 1 }, headers: { 'x-http-method-override': 'GET' } });
    expect(overridden.status).toBe(403);
  });

  it('a one-time link needs no account and speaks for nobody', async () => {
    expect((await gateway.send('GET', '/public/confirmations/some-token')).status).toBe(200);
    expect(callers.at(-1)).toMatchObject({ role: 'customer', userId: '', dealerId: null });
  });

  it('a forged change is told by what browsers say of its origin', () => {
    const from = (headers: Record<string, string>, method = 'POST') => isCrossSite({ method, headers: { host: 'app.example', ...headers } } as never, 'https://app.example');
    expect(from({})).toBe(false);
    expect(from({ origin: 'https://app.example' })).toBe(false);
    expect(from({ origin: 'https://evil.example' })).toBe(true);
    expect(from({ origin: 'null' })).toBe(true);
    expect(from({ 'sec-fetch-site': 'same-site' })).toBe(true);
    expect(from({ 'sec-fetch-site': 'cross-site' }, 'GET')).toBe(false);
  });
});
