import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { JobService, PartService, type GetJobRequest, type GetPartRequest } from '@aftercare/contracts';
import { Refusal } from '@aftercare/domain';
import { Bus, BusServer, callContext, IdentitySigner, IdentityVerifier, JsonText, Rpc, ServiceError, type CallContext } from '../index.js';
import type { BusServerOptions } from '../index.js';
import { privateKey, publicKey, specServers } from './harness.js';

/** What the handlers of these specs saw. */
export const seen: { ctx?: CallContext; handled: number } = { handled: 0 };
let bus: Bus;

type Answer = Record<string, unknown> | JsonText;

const behaviours: Record<string, (ctx: CallContext) => Promise<Answer> | Answer> = {
  'a-part': () => ({ id: 'a-part', number: 'P-1', weightGrams: 12 }),
  'json': () => new JsonText('{"id":"json","number":"as it is"}'),
  'refused': () => {
    throw new Refusal('failed_precondition', 'PART_FROZEN', 'The part is frozen.', { field: 'id' });
  },
  'missing': () => {
    throw new ServiceError('not_found', 'NOT_FOUND', 'There is no such part.', { kind: 'part' });
  },
  'broken': () => {
    throw new TypeError('password=hunter2 at row 7');
  },
  'slow': async () => sleep(400).then(() => ({ id: 'slow' })),
  'sync-list': () => new JsonText(`{"id":"${'x'.repeat(1_100_000)}"}`),
  'budget': (ctx) => ({ id: String(ctx.deadlineAtMs - Date.now()) }),
  'chain': async () => ({ id: (await bus.call(PartService.method.getPart, { id: 'budget' })).id }),
  'who-chain': async () => bus.call(PartService.method.getPart, { id: 'who' }),
  'who': (ctx) => ({ id: ctx.userId, number: `${ctx.role} ${ctx.issuer}`, name: ctx.userName, unit: ctx.requestId, nameEn: ctx.traceparent }),
};

@Controller()
class PartHandlers {
  @Rpc(PartService.method.getPart)
  async getPart(request: GetPartRequest, ctx: CallContext): Promise<Answer> {
    seen.ctx = ctx;
    seen.handled++;
    expect(callContext()).toBe(ctx);
    return (behaviours[request.id] ?? behaviours['a-part'])(ctx);
  }

  @Rpc(JobService.method.getJob)
  async getJob(request: GetJobRequest): Promise<Answer> {
    return { id: request.id, kind: 'of parts' };
  }
}

class RpcSpecModule {}

export interface RpcApp {
  /** A client that speaks for anybody, as the gateway does. */
  gateway: Bus;
  server: BusServer;
  app: INestMicroservice;
  stop(): Promise<void>;
}

/** A service "parts" and a gateway's bus client on one namespace. */
export async function openRpcApp(namespace: string, options: Partial<BusServerOptions> = {}): Promise<RpcApp> {
  const common = { servers: specServers.natsUrl, namespace };
  bus = await Bus.connect({ ...common, service: 'parts', signer: new IdentitySigner('parts', privateKey) });
  const gateway = await Bus.connect({ ...common, service: 'gateway', signer: new IdentitySigner('gateway', privateKey) });
  const server = new BusServer({ bus, verifier: new IdentityVerifier({ gateway: publicKey, parts: publicKey }), ...options });
  const module = { module: RpcSpecModule, controllers: [PartHandlers] };
  const app = await NestFactory.createMicroservice(module, { strategy: server, logger: false });
  await app.listen();
  const stop = async (): Promise<void> => {
    await app.close();
    await Promise.all([gateway.close(), bus.close()]);
  };
  return { gateway, server, app, stop };
}
