import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId, type Role } from '@aftercare/domain';
import { Gateway } from '../spec/gateway-harness.js';
import { accessTable, rolesOf, type Action } from './access-table.js';

interface Described {
  [path: string]: { [method: string]: { 'x-action'?: Action } };
}

const { paths } = JSON.parse(readFileSync(join(__dirname, '../../openapi.json'), 'utf8')) as { paths: Described };

/** What a POST only asks, since what it asks for stands in its body, and labels drawn by a job. */
const ASKED = ['post /api/v1/product-units/labels', 'post /api/v1/repair-calls/read-back', 'post /api/v1/repair-calls/repeat-cases'];
const RETURNS = ['post /api/v1/attachments', 'post /api/v1/notices/{id}/read', 'post /api/v1/returns', 'post /api/v1/returns/{id}/cancel', 'post /api/v1/returns/{id}/send'];
/** H-5, H-7: what was counted, and what its final stocktake proposes to charge. */
const OBJECTS = ['post /api/v1/count-objections/{id}/withdraw', 'post /api/v1/returns/{parcelId}/object', 'post /api/v1/stocktakes/{id}/object', 'post /api/v1/wrong-parts/{id}/instruct'];
/** The reports of the months in which the dealer still worked (D-7). */
const OWED = ['amend', 'correct', 'submit'].map((step) => `post /api/v1/monthly-reports/{id}/${step}`);

/** Every POST and PUT that a role may call, but those that end one's own session. */
function changesOf(role: Role): { method: 'post' | 'put'; path: string }[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    (['post', 'put'] as const).flatMap((method) => {
      const action = methods[method]?.['x-action'];
      return action && accessTable[action] !== 'public' && rolesOf(action).includes(role) && action !== 'auth.own' ? [{ method, path }] : [];
    }));
}

describe('the users of a terminated dealer', () => {
  let gateway: Gateway;
  const dealerId = newId();

  beforeAll(async () => {
    gateway = await Gateway.start([]);
    gateway.standings.set(dealerId, { status: 'terminated' });
  });
  afterAll(() => gateway.stop());

  it.each(['dealer_manager', 'dealer_technician'] as const)('D-1: a %s is refused every change but sending back and handing in, with one reason', async (role) => {
    const person = await gateway.person(role, { dealerId });
    const through: string[] = [];
    let refused = 0;
    for (const { method, path } of changesOf(role)) {
      const url = path.replace('/api/v1', '').replace(/\{[^}]+\}/g, newId());
      const { status, body } = method === 'post' ? await person.post(url, {}) : await person.put(url, {});
      if (status === 403 && body.reason === 'DEALER_TERMINATED') refused += 1;
      else through.push(`${method} ${path}`);
    }
    expect(through.sort()).toEqual([...ASKED, ...RETURNS, ...(role === 'dealer_manager' ? [...OWED, ...OBJECTS] : [])].sort());
    expect(refused).toBeGreaterThan(10);
  });

  it.each(['dealer_manager', 'dealer_technician'] as const)('C-5, D-1: a %s reveals, exports and prints nothing plain: the customers are the successor’s', async (role) => {
    const person = await gateway.person(role, { dealerId });
    const plain = changesOf(role).filter(({ path }) => /\/(reveal|export|letter|certificate|print)$/.test(path) && /customers|installations|repair-calls|reimbursements|campaign-units/.test(path));
    expect(plain.length).toBeGreaterThan(5);
    for (const { path } of plain) {
      expect(await person.post(path.replace('/api/v1', '').replace('{id}', newId()), { reason: '回访' })).toMatchObject({ status: 403, body: { reason: 'DEALER_TERMINATED' } });
    }
    expect(await person.get(`/jobs/customers/${newId()}/marked-up`)).toMatchObject({ status: 403, body: { reason: 'DEALER_TERMINATED' } });
  });
});
