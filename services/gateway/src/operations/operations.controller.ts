import { Body, Controller, Param, Query } from '@nestjs/common';
import { JobService, OperationsService } from '@aftercare/contracts';
import { Bus, notFound } from '@aftercare/messaging';
import { answerOf } from '../auth/auth.schemas.js';
import { Change, List, Read } from '../http/endpoint.js';
import { OneOf, Text } from '../http/fields.js';
import { PageQuery } from '../http/paging.js';
import { PathId } from '../http/path-id.js';

const operations = OperationsService.method;

/** Every process that keeps an audit trail, dead letters and jobs of its own. */
export const SERVICES = ['gateway', 'dealers', 'customers', 'repairs', 'parts', 'invoicing', 'insights'] as const;

export class ListAuditQuery extends PageQuery {
  @OneOf(SERVICES) service: string;
  @Text(60, { optional: true }) documentId?: string;
}

export class ListDeadLettersQuery extends PageQuery {
  @OneOf(SERVICES) service: string;
  @OneOf(['open', 'replayed', 'discarded'], { optional: true }) state?: string;
}

export class DiscardDeadLetterDto {
  @Text(500) reason: string;
}

const VERIFY_TIMEOUT_MS = 4_500;
const flag = { type: 'boolean' };
const text = { type: 'string' };
const whole = { type: 'integer' };
const verdict = answerOf({ service: text, intact: flag, entries: whole, firstBroken: whole, problem: text, head: text });

/** One service's audit chain, checked. */
interface Verdict {
  service: string;
  intact: boolean;
  entries: number;
  firstBroken: number;
  problem: string;
  head: string;
}

/** The audit trail of each service. */
@Controller('audit')
export class AuditController {
  constructor(private readonly bus: Bus) {}

  @List('', 'audit.read', operations.listAudit)
  list(@Query() { service, format: _format, ...request }: ListAuditQuery): Promise<Buffer> {
    return this.bus.callJson(operations.listAudit, request, { instance: service });
  }

  /** Every service recomputes its own chain; one that does not answer is not intact. */
  @Read('verify', 'audit.read', answerOf({ items: { type: 'array', items: verdict } }))
  async verify(): Promise<{ items: Verdict[] }> {
    return { items: await Promise.all(SERVICES.map((service) => this.verifyOne(service))) };
  }

  private async verifyOne(service: string): Promise<Verdict> {
    try {
      const { intact, entries, firstBroken, problem, head } = await this.bus.call(operations.verifyAudit, {}, { instance: service, timeoutMs: VERIFY_TIMEOUT_MS });
      return { service, intact, entries, firstBroken, problem, head };
    } catch {
      return { service, intact: false, entries: 0, firstBroken: 0, problem: 'no answer', head: '' };
    }
  }
}

@Controller('dead-letters')
export class DeadLettersController {
  constructor(private readonly bus: Bus) {}

  @List('', 'dead-letter.read', operations.listDeadLetters)
  list(@Query() { service, format: _format, ...request }: ListDeadLettersQuery): Promise<Buffer> {
    return this.bus.callJson(operations.listDeadLetters, request, { instance: service });
  }

  @Change(':service/:id/replay', 'dead-letter.close', operations.replayDeadLetter)
  replay(@Param('service') service: string, @PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(operations.replayDeadLetter, { id }, { instance: known(service) });
  }

  @Change(':service/:id/discard', 'dead-letter.close', operations.discardDeadLetter)
  discard(@Param('service') service: string, @PathId() id: string, @Body() body: DiscardDeadLetterDto): Promise<Buffer> {
    return this.bus.callJson(operations.discardDeadLetter, { ...body, id }, { instance: known(service) });
  }
}

@Controller('jobs')
export class JobsController {
  constructor(private readonly bus: Bus) {}

  @Read(':service/:id', 'job.read', JobService.method.getJob)
  get(@Param('service') service: string, @PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(JobService.method.getJob, { id }, { instance: known(service) });
  }
}

/** A service named in a path; an unknown one is an address that does not exist. */
function known(service: string): string {
  if (!(SERVICES as readonly string[]).includes(service)) throw notFound('service');
  return service;
}
