import { Controller, Res } from '@nestjs/common';
import { Runtime, type Readiness } from '@aftercare/service';
import type { FastifyReply } from 'fastify';
import { answerOf } from '../auth/auth.schemas.js';
import { Read } from '../http/endpoint.js';

const flag = { type: 'boolean' };
const text = { type: 'string' };

/** Health of the gateway where load balancers look for it; the same answers stand on its health port. */
@Controller('health')
export class HealthController {
  constructor(private readonly runtime: Runtime) {}

  @Read('live', 'health.read', answerOf({ live: flag }))
  live(): { live: true } {
    return { live: true };
  }

  @Read('ready', 'health.read', answerOf({ ready: flag, database: text, broker: text }))
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const readiness = await this.runtime.health.readiness();
    if (!readiness.ready) void reply.status(503);
    return readiness;
  }
}
