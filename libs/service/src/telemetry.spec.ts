import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Injectable, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CustomerChangedSchema, TechnicianService, type CustomerChanged, type GetTechnicianRequest } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { Bus, OnEvent, Rpc, type CallContext } from '@aftercare/messaging';
import { startTestService, testContext } from '@aftercare/testing';
import type { EntityManager } from 'typeorm';
import { Database, defineServiceModule, startTelemetry, type ServiceDefinition } from './index.js';
import { sampleDefinition } from './spec-support/sample.js';

@Controller('spans')
class HttpController {
  constructor(private readonly bus: Bus) {}

  @Post(':id')
  async make() {
    const { id } = await this.bus.client(TechnicianService, { ctx: testContext() }).getTechnician({ userId: newId() });
    return { id };
  }
}

@Controller()
class RpcHandlers {
  constructor(private readonly database: Database) {}

  @Rpc(TechnicianService.method.getTechnician)
  getTechnician(request: GetTechnicianRequest, ctx: CallContext) {
    return this.database.command(ctx, async (tx) => {
      await tx.em.query('select $1::text', [request.userId]);
      await tx.announce(CustomerChangedSchema, {});
      return { id: request.userId };
    });
  }
}

const heard: string[] = [];

@Injectable()
class Listener {
  @OnEvent(CustomerChangedSchema)
  async changed(_event: CustomerChanged, em: EntityManager): Promise<void> {
    await em.query('select 2 as heard');
    heard.push('changed');
  }
}

interface ExportedSpan {
  name: string;
  traceId: string;
  attributes: { key: string; value: { stringValue?: string } }[];
}

/** A collector in this process. */
async function collector(): Promise<{ url: string; spans: ExportedSpan[]; server: Server }> {
  const spans: ExportedSpan[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { resourceSpans: { scopeSpans: { spans: ExportedSpan[] }[] }[] };
      spans.push(...body.resourceSpans.flatMap((resource) => resource.scopeSpans.flatMap((scope) => scope.spans)));
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans, server };
}

it('one trace goes through HTTP, rpc, SQL, outbox and event; no value stands in a span', async () => {
  const { url, spans, server } = await collector();
  const telemetry = await startTelemetry('spec', url);
  const gatewayDefinition: ServiceDefinition = { name: 'gateway', module: defineServiceModule({ name: 'gateway', controllers: [HttpController] }), entities: [], migrations: [], http: {} };
  const gateway = await startTestService(gatewayDefinition);
  const service = await startTestService({ ...sampleDefinition, module: defineServiceModule({ name: 'sample', controllers: [RpcHandlers], providers: [Listener] }) });
  const address = await (gateway.app as NestFastifyApplication).getUrl();
  const traceId = 'ab'.repeat(16);
  const response = await fetch(`${address}/spans/secret-id`, { method: 'POST', headers: { traceparent: `00-${traceId}-${'cd'.repeat(8)}-01`, 'content-type': 'application/json' }, body: '{}' });
  expect(response.status).toBe(201);
  while (heard.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  await service.drain();
  await service.stop();
  await gateway.stop();
  await telemetry.shutdown();
  server.close();
  const names = spans.filter((span) => span.traceId === traceId).map((span) => span.name);
  const event = 'aftercare.customers.v1.CustomerChanged';
  expect(names).toEqual(expect.arrayContaining(['POST /spans/:id', 'GetTechnician', 'sql begin', 'sql tx_settings', 'sql announce', 'sql commit', `tell ${event}`, `hear ${event}`]));
  expect(names.filter((name) => name === 'sql select').length).toBeGreaterThanOrEqual(2);
  expect(JSON.stringify(spans)).not.toContain('secret-id');
});
