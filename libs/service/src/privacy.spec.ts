import { Controller } from '@nestjs/common';
import { CustomerChangedSchema, CustomerService, type CreateCustomerRequest } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { Rpc, type CallContext } from '@aftercare/messaging';
import { startTestService, type TestService } from '@aftercare/testing';
import { createLogger, Database, defineServiceModule, safeError, type ServiceDefinition } from './index.js';
import { sampleDefinition } from './spec-support/sample.js';

const CANARY_NAME = '金丝雀·测试';
const CANARY_PHONE = '13912345678';

/** Writes a customer as a service does, and fails on request in each way that quotes values. */
@Controller()
class CanaryHandlers {
  constructor(private readonly database: Database) {}

  @Rpc(CustomerService.method.createCustomer)
  createCustomer(request: CreateCustomerRequest, ctx: CallContext) {
    const id = newId();
    return this.database.command(ctx, async (tx) => {
      await tx.em.query('create temporary table if not exists customer (id uuid, name text unique, phone text)');
      await tx.em.query('insert into customer values ($1, $2, $3)', [id, request.name, CANARY_PHONE]);
      await tx.audit({ action: 'create', kind: 'customer', id, personal: { name: { after: request.name }, phone: { after: CANARY_PHONE } } });
      await tx.announce(CustomerChangedSchema, {});
      if (request.name.endsWith('!')) await tx.em.query('insert into customer values ($1, $2, $3)', [id, request.name, CANARY_PHONE]);
      if (request.name.endsWith('?')) await tx.em.query('select $1::int', [CANARY_PHONE + request.name]);
      if (request.name.endsWith('~')) await tx.em.query(`select '${CANARY_PHONE}' from nowhere`);
      return { id, number: 'C-1', state: 'active', version: 1 };
    }, { request });
  }
}

const definition: ServiceDefinition = { ...sampleDefinition, module: defineServiceModule({ name: 'sample', controllers: [CanaryHandlers] }) };
const lines: string[] = [];
let service: TestService;

beforeAll(async () => {
  const logger = createLogger('sample', 'trace', { write: (line) => void lines.push(line) });
  service = await startTestService({ ...definition, logger });
});
afterAll(() => service.stop());

it('a customer’s name and phone stand in no event, audit entry, idempotency answer or log line', async () => {
  const create = (name: string) => service.client(CustomerService, service.ctx({ idempotencyKey: newId() })).createCustomer({ name });
  await expect(create(CANARY_NAME)).resolves.toMatchObject({ number: 'C-1' });
  await expect(create(`${CANARY_NAME}!`)).rejects.toMatchObject({ reason: 'ALREADY_EXISTS' });
  await expect(create(`${CANARY_NAME}?`)).rejects.toMatchObject({ reason: 'VALUE_INVALID' });
  await expect(create(`${CANARY_NAME}~`)).rejects.toMatchObject({ code: 'internal' });
  await service.drain();
  const tables = ['outbox', 'inbox', 'audit_entry', 'audit_pending', 'audit_seal', 'idempotency', 'deadline', 'dead_letter', 'job'];
  for (const table of tables) {
    const found = await service.sql(`select from ${table} t where t::text like $1 or t::text like $2`, [`%${CANARY_NAME}%`, `%${CANARY_PHONE}%`]);
    expect([table, found.length]).toEqual([table, 0]);
  }
  expect(await service.sql('select from audit_personal where personal_values like $1', [`%${CANARY_PHONE}%`])).toHaveLength(1);
  expect(lines.join('\n')).toContain('PostgresError');
  const failed = lines.map((line) => JSON.parse(line) as Record<string, unknown>).find((line) => line.level === 'error');
  expect(failed).toMatchObject({ requestId: expect.any(String) as string, traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as string });
  expect(lines.join('\n')).not.toContain(CANARY_NAME);
  expect(lines.join('\n')).not.toContain(CANARY_PHONE);
});

it('log lines are JSON with service, trace and request id, and personal fields are blacked out', () => {
  const failed = lines.map((line) => JSON.parse(line) as Record<string, unknown>).find((line) => line.level === 'error');
  expect(failed).toMatchObject({ service: 'sample', time: expect.stringMatching(/^\d{4}-.*Z$/) as string });
  const written: string[] = [];
  createLogger('sample', 'info', { write: (line) => void written.push(line) }).info({ customer: { phone: CANARY_PHONE, name: CANARY_NAME }, email: 'x@y.z' }, 'seen');
  expect(written.join()).not.toMatch(new RegExp(`${CANARY_PHONE}|${CANARY_NAME}|x@y.z`));
  const error = Object.assign(new Error(`duplicate key ${CANARY_PHONE}`), { code: '23505', constraint: 'customer_name_key' });
  expect(JSON.stringify(safeError({ ...error, driverError: error }))).not.toContain(CANARY_PHONE);
});
