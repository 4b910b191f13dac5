import { Body, Controller, Param, Query } from '@nestjs/common';
import { JobService, OperationsService } from '@aftercare/contracts';
import { Bus, notFound } from '@aftercare/messaging';
import { answerOf } from '../auth/auth.schemas.js';
import { Change, List, Read } from '../http/endpoint.js';
import { OneOf, Text, Whole } from '../http/fields.js';
import { PageQuery, QueryNumber } from '../http/paging.js';
import { PathId } from '../http/path-id.js';

const operations = OperationsService.method;

/** Every process that keeps an audit trail, dead letters and jobs of its own. */
export const SERVICES = ['gateway', 'dealers', 'customers', 'repairs', 'parts', 'invoicing', 'insights'] as const;

export class ListAuditQuery extends PageQuery {
  @OneOf(SERVICES) service: string;
  @Text(60, { optional: true }) documentId?: string;
}

export class VerifyAuditQuery {
  @OneOf(SERVICES, { optional: true }) service?: string;
  @QueryNumber() @Whole({ min: 0, max: 999_999_999 }, { optional: true }) after?: number;
}

export class ListDeadLettersQuery extends PageQuery {
  @OneOf(SERVICES) service: string;
  @OneOf(['open', 'replayed', 'discarded'], { optional: true }) state?: string;
}

export class DiscardDeadLetterDto {
  @Text(500) reason: string;
}

const VERIFY_TIMEOUT_MS = 4_500;
const text = { type: 'string' };
const whole = { type: 'integer' };
const verdict = answerOf({ service: text, intact: { type: ['boolean', 'null'] }, entries: whole, firstBroken: whole, problem: text, head: text, verifiedTo: whole });

/** One service's audit chain, checked. */
interface Verdict {
  service: string;
  /** null: not known yet, the service gave no answer or the chain is verified up to `verifiedTo` only. */
  intact: boolean | null;
  entries: number;
  firstBroken: number;
  problem: string;
  head: string;
  /** The last entry looked at: the rest is asked with `service` and `after`. */
  verifiedTo: number;
}

/** The audit trail of each service. */
@Controller('audit')
export class AuditController {
  constructor(private readonly bus: Bus) {}

  @List('', 'audit.read', operations.listAudit)
  list(@Query() { service, format: _format, ...request }: ListAuditQuery): Promise<Buffer> {
    return this.bus.callJson(operations.listAudit, request, { instance: service });
  }

  /** Every service recomputes its own chain, or the one named from an entry on; what was not looked at is not called broken. */
  @Read('verify', 'audit.read', answerOf({ items: { type: 'array', items: verdict } }))
  async verify(@Query() { service, after = 0 }: VerifyAuditQuery): Promise<{ items: Verdict[] }> {
    const asked = service ? [service] : SERVICES;
    return { items: await Promise.all(asked.map((each) => this.verifyOne(each, after))) };
  }

  private async verifyOne(service: string, after: number): Promise<Verdict> {
    try {
      const found = await this.bus.call(operations.verifyAudit, { after }, { instance: service, timeoutMs: VERIFY_TIMEOUT_MS });
      const { intact, entries, firstBroken, problem, head, verifiedTo, complete } = found;
      const known = { service, entries, firstBroken, head, verifiedTo };
      if (!complete) return { ...known, intact: null, problem: `verified up to entry ${verifiedTo}, ask for the rest with service=${service}&after=${verifiedTo}` };
      return { ...known, intact, problem };
    } catch {
      return { service, intact: null, entries: 0, firstBroken: 0, problem: 'no answer', head: '', verifiedTo: after };
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
