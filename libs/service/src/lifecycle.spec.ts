import { Controller } from '@nestjs/common';
import { TechnicianService, type GetTechnicianRequest } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { Rpc, type CallContext } from '@aftercare/messaging';
import { startTestService, TcpProxy, testServers, type TestService } from '@aftercare/testing';
import { assertClockAllowed, Database, defineServiceModule, startService, type ServiceDefinition } from './index.js';
import { sampleDefinition } from './spec-support/sample.js';

let begun = 0;

/** An rpc that takes a while and then needs database and reply. */
@Controller()
class SlowHandlers {
  constructor(private readonly database: Database) {}

  @Rpc(TechnicianService.method.getTechnician)
  async getTechnician(request: GetTechnicianRequest, ctx: CallContext) {
    begun += 1;
    await new Promise((resolve) => setTimeout(resolve, 400));
    return this.database.command(ctx, async (tx) => {
      await tx.audit({ action: 'slow', kind: 'sample', id: request.userId });
      return { id: request.userId };
    });
  }
}

const definition: ServiceDefinition = { ...sampleDefinition, module: defineServiceModule({ name: 'sample', controllers: [SlowHandlers] }) };
const health = async (service: TestService, path: string) => {
  const response = await fetch(`http://127.0.0.1:${service.running.healthPort}${path}`);
  return { status: response.status, text: await response.text() };
};
async function becomes(service: TestService, status: number): Promise<string> {
  for (const until = Date.now() + 10_000; ; ) {
    const answer = await health(service, '/health/ready');
    if (answer.status === status || Date.now() > until) {
      expect(answer.status).toBe(status);
      return answer.text;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('health', () => {
  it('tells of a lost database and a lost broker, stays alive, and is ready again by itself', async () => {
    const { natsUrl } = testServers();
    const broker = new TcpProxy(natsUrl);
    let database: TcpProxy | undefined;
    const service = await startTestService({
      ...definition,
      config: async (made) => {
        database = new TcpProxy(made.databaseUrl);
        return { databaseUrl: await database.listen(), natsUrl: await broker.listen() };
      },
    });
    expect(JSON.parse(await becomes(service, 200))).toEqual({ ready: true, database: 'ok', broker: 'ok' });
    broker.cut();
    expect(JSON.parse(await becomes(service, 503))).toMatchObject({ database: 'ok', broker: 'failed' });
    expect((await health(service, '/health/live')).status).toBe(200);
    broker.mend();
    await becomes(service, 200);
    database?.cut();
    expect(JSON.parse(await becomes(service, 503))).toMatchObject({ broker: 'ok' });
    expect((await health(service, '/health/live')).status).toBe(200);
    database?.mend();
    await becomes(service, 200);
    await service.stop();
    await broker.close();
    await database?.close();
  });

  it('answers metrics with the rpc’s duration and outcome, and 404 for anything else', async () => {
    const service = await startTestService(definition);
    await service.client(TechnicianService).getTechnician({ userId: newId() });
    await expect(service.client(TechnicianService).listTechnicians({})).rejects.toMatchObject({ code: 'unavailable' });
    const { text } = await health(service, '/metrics');
    expect(text).toContain('aftercare_rpc_seconds_count{service="sample",rpc="TechnicianService.GetTechnician",code="ok"} 1');
    expect(text).toMatch(/aftercare_outbox_backlog_age_seconds\{service="sample"\} 0/);
    expect((await health(service, '/')).status).toBe(404);
    await service.stop();
  });
});

it('a stop finishes every rpc that has begun and loses none of those that come meanwhile', async () => {
  const service = await startTestService(definition);
  begun = 0;
  const calls = Array.from({ length: 20 }, () => service.client(TechnicianService).getTechnician({ userId: newId() }));
  while (begun < 20) await new Promise((resolve) => setTimeout(resolve, 5));
  const stopping = service.running.stop();
  const answers = await Promise.all(calls);
  expect(answers).toHaveLength(20);
  await stopping;
  expect(await service.sql(`select from audit_entry where action = 'slow'`)).toHaveLength(20);
  expect(await service.sql(`select from audit_pending`)).toHaveLength(0);
  await expect(service.client(TechnicianService).getTechnician({ userId: newId() })).rejects.toMatchObject({ code: 'unavailable' });
  await service.stop();
});

it('production refuses a moved business clock, demo takes it', async () => {
  const service = await startTestService(sampleDefinition);
  await service.moveClock('1h');
  await expect(assertClockAllowed(service.dataSource, 'production')).rejects.toThrow(/business clock.*PROFILE=demo/);
  await expect(startService(sampleDefinition, { ...service.running.config, profile: 'production' })).rejects.toThrow(/business clock/);
  await expect(assertClockAllowed(service.dataSource, 'demo')).resolves.toBeUndefined();
  await service.stop();
});

it('stays on its feet through a restart on the same database', async () => {
  const service = await startTestService(definition);
  await service.restart();
  const { id } = await service.client(TechnicianService).getTechnician({ userId: '0198c000-0000-7000-8000-000000000001' });
  expect(id).toBe('0198c000-0000-7000-8000-000000000001');
  await service.stop();
});
