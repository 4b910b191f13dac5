import { randomUUID } from 'node:crypto';
import type { Answer, Api } from '../http/api.js';
import type { SpecPlatform } from '../spec/platform-fixture.js';
import { hireStaff, registerDealer } from '../story/people.js';
import { filled, type Operation } from './openapi.js';

let withBody: Operation[];
let callers: Record<string, Api>;

/** Somebody of every role who may send a body, on a platform where nothing was entered yet. */
export async function callersOfBodies(platform: SpecPlatform, operations: Operation[]): Promise<void> {
  withBody = operations.filter(({ bodySchema, path }) => bodySchema !== null && !path.startsWith('/auth/'));
  const accounts = { url: platform.running.url, password: 'Bad-input-2026-x', suffix: 'bad' };
  const people = await hireStaff(platform.admin, accounts);
  const dealer = await registerDealer(people, accounts, { code: 'BAD', name: '坏输入', regionCode: '440106', territory: ['440000'] });
  callers = {
    admin: platform.admin, service_clerk: people.clerk, service_supervisor: people.supervisor, warehouse_keeper: people.keeper, finance_clerk: people.finance,
    quality_engineer: people.quality, dealer_manager: dealer.manager, dealer_technician: dealer.technician,
  };
}

/** Sends a body as somebody who may, so that the answer is about the body. */
function send(operation: Operation, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const role = operation.roles === 'public' ? 'service_clerk' : operation.roles.find((each) => callers[each]);
  const path = filled(operation.path, (name) => (name === 'service' ? 'customers' : randomUUID()));
  return callers[role ?? 'admin']!.raw(operation.method, path, body, { headers });
}

/** Answers of all operations that are not what they should be. */
async function wrongAnswers(body: (operation: Operation) => unknown, right: (answer: Answer) => boolean): Promise<string[]> {
  const wrong: string[] = [];
  for (const operation of withBody) {
    const answer = await send(operation, body(operation), { 'content-type': 'application/json' });
    if (!right(answer)) wrong.push(`${operation.name} → ${answer.status} ${JSON.stringify(answer.body).slice(0, 120)}`);
  }
  return wrong;
}

const isProblem = ({ status, headers, body }: Answer, wanted: number): boolean =>
  status === wanted && (headers.get('content-type') ?? '').startsWith('application/problem+json') && typeof (body as { reason?: unknown }).reason === 'string';

/** What every endpoint with a body answers to what it cannot take. */
export function badInputSpecs(): void {
  describe('bad input gets a clear answer on every endpoint with a body', everyEndpoint);
  describe('values that look right and are not', wrongValues);
}

function everyEndpoint(): void {
  it('an unknown field is refused and named', async () => {
    expect(withBody.length).toBeGreaterThan(60);
    const named = (answer: Answer): boolean =>
      isProblem(answer, 400) && JSON.stringify((answer.body as { errors?: unknown }).errors).includes('surprise');
    expect(await wrongAnswers(() => ({ surprise: 1 }), named)).toEqual([]);
  }, 60_000);

  it('a field named __proto__ or constructor is refused', async () => {
    expect(await wrongAnswers(() => '{"__proto__":{"role":"admin"}}', (answer) => isProblem(answer, 400))).toEqual([]);
    expect(await wrongAnswers(() => '{"constructor":{"prototype":{"role":"admin"}}}', (answer) => isProblem(answer, 400))).toEqual([]);
    expect(({} as { role?: string }).role).toBeUndefined();
  }, 60_000);

  it('what is not JSON, or is no object, is refused', async () => {
    for (const body of ['{bad', '[]', '"text"', '12', 'null']) expect(await wrongAnswers(() => body, (answer) => isProblem(answer, 400))).toEqual([]);
  }, 120_000);

  it('another media type is refused with 415, and a body of 2 MB with 413', async () => {
    const [operation] = withBody;
    expect(isProblem(await send(operation!, '<x/>', { 'content-type': 'application/xml' }), 415)).toBe(true);
    const large = JSON.stringify({ name: 'x'.repeat(2_000_000) });
    expect(isProblem(await send(operation!, large, { 'content-type': 'application/json' }), 413)).toBe(true);
  }, 30_000);
}

function wrongValues(): void {
  const post = (role: string, path: string, body: unknown): Promise<Answer> => callers[role]!.raw('POST', path, body);
  const part = { number: 'BAD-1', name: '坏', unit: 'piece', partClass: 'seal', returnRequired: true };
  const refused = async (answer: Promise<Answer>, field: string): Promise<void> => {
    const { status, body } = await answer;
    const errors = (body as { errors?: { field: string; message: string }[] }).errors ?? [];
    expect({ status, fields: errors.map((each) => each.field) }).toEqual({ status: 400, fields: [field] });
    expect(errors[0]?.message).not.toBe('');
  };

  it('30 February is no day', () => refused(post('finance_clerk', '/price-lists', { effectiveFrom: '2026-02-30', lines: [{ partId: randomUUID(), dealerPrice: '1' }] }), 'effectiveFrom'));

  it('a negative and a fractional quantity, and 1e308, are no quantities', async () => {
    const purchase = (quantity: unknown): object => ({ warehouseId: randomUUID(), reference: 'x', lines: [{ partId: randomUUID(), quantity, unitCost: '1' }] });
    for (const quantity of [-5, 1.5, 1e308, 0, '3', null]) await refused(post('warehouse_keeper', '/purchase-receipts', purchase(quantity)), 'lines[0].quantity');
  });

  it('"false" is not false and "" is not 0', async () => {
    await refused(post('service_clerk', '/parts', { ...part, returnRequired: 'false' }), 'returnRequired');
    await refused(post('service_clerk', '/parts', { ...part, weightGrams: '' }), 'weightGrams');
  });

  it('empty lines are refused, and each element of an array is looked at', async () => {
    await refused(post('finance_clerk', '/price-lists', { effectiveFrom: '2027-01-01', lines: [] }), 'lines');
    const lines = [{ partId: randomUUID(), dealerPrice: '1' }, { partId: randomUUID(), dealerPrice: '-1' }];
    await refused(post('finance_clerk', '/price-lists', { effectiveFrom: '2027-01-01', lines }), 'lines[1].dealerPrice');
  });

  it('a price or an amount is a decimal text with so many places, not a number', async () => {
    for (const dealerPrice of [1.5, '1e3', '1.23456', 'NaN', '１']) {
      await refused(post('finance_clerk', '/price-lists', { effectiveFrom: '2027-01-01', lines: [{ partId: randomUUID(), dealerPrice }] }), 'lines[0].dealerPrice');
    }
  });

  it('a GIF named .jpg, an SVG and an empty file are no photos', async () => {
    const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
    const files: [Buffer, string, string][] = [
      [gif, 'photo.jpg', 'image/jpeg'],
      [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'), 'photo.png', 'image/png'],
      [Buffer.alloc(0), 'photo.jpg', 'image/jpeg'],
    ];
    for (const [file, name, type] of files) {
      await expect(callers.dealer_manager!.upload(file, name, type)).rejects.toThrow(expect.objectContaining({ problem: expect.objectContaining({ status: expect.any(Number), reason: expect.any(String) }) }));
    }
  });

  it('changes nothing', async () => {
    const { items } = await callers.finance_clerk!.get<{ items: unknown[] }>('/price-lists');
    expect(items).toEqual([]);
    expect((await callers.service_clerk!.get<{ items: unknown[] }>('/parts')).items).toEqual([]);
  });
}
