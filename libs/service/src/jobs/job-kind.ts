import { Injectable, SetMetadata } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { CallContext, CallerRole } from '@aftercare/messaging';
import type { Tx } from '../tx.js';

/** One row of an uploaded sheet: the first data row is 2, cells by column key. */
export interface JobRow {
  row: number;
  cells: Record<string, string>;
}

/** What is wrong with one cell; an empty column means the whole row, row 0 the whole job. */
export interface JobError {
  row: number;
  column: string;
  /** Stable UPPER_SNAKE code. */
  code: string;
  /** A sentence for people. */
  message: string;
}

/** What `apply` gets beside the kind's own options: the job, so that documents can say where they came from. */
export interface JobOptions {
  jobId: string;
}

/**
 * A kind of long work. `validate` reports every fault it finds and changes nothing; `apply` changes everything in the
 * same transaction, or throws (a Refusal, a ServiceError, or JobRefusal with faults by row) and so changes nothing. `validate`
 * may throw as well: what is wrong on the caller's side, a stale version too, ends the job with its reason and is not
 * tried again. Both run as the person who started the job. The result carries no personal data.
 */
export interface JobHandler<O = Record<string, unknown>> {
  /** What must be known of other services, asked before the transaction; `validate` and `apply` find it in their options as `prepared`. */
  prepare?(options: O, ctx: CallContext): Promise<unknown>;
  validate(rows: JobRow[], options: O, tx: Tx): Promise<JobError[]>;
  apply(rows: JobRow[], options: O & JobOptions, tx: Tx, progress: (done: number) => void): Promise<object>;
}

/** Thrown by `apply` for faults that only show when rows are written: the job fails with them and changes nothing. */
export class JobRefusal extends Error {
  constructor(readonly errors: JobError[]) {
    super('the rows cannot be applied');
    this.name = 'JobRefusal';
  }
}

export interface JobKindOptions {
  /** Who may begin a job of this kind. */
  roles: readonly CallerRole[];
  /** Who sees jobs of this kind that others began; supervisors and administrators unless told. */
  readers?: readonly CallerRole[];
}

interface JobKindMetadata extends JobKindOptions {
  kind: string;
}

/** A kind with the provider that handles it. */
export interface RegisteredKind extends JobKindMetadata {
  handler: JobHandler;
}

const JOB_KIND = 'aftercare:job-kind';

/** Makes a provider the handler of a kind of job: `@JobKind('import-units', { roles: ['service_clerk'] })`. */
export function JobKind(kind: string, options: JobKindOptions): ClassDecorator {
  const metadata: JobKindMetadata = { kind, ...options };
  return SetMetadata(JOB_KIND, metadata);
}

/** The kinds of this process. */
@Injectable()
export class JobKinds {
  private known: Map<string, RegisteredKind> | undefined;

  constructor(private readonly discovery: DiscoveryService) {}

  find(kind: string): RegisteredKind | undefined {
    this.known ??= this.discover();
    return this.known.get(kind);
  }

  private discover(): Map<string, RegisteredKind> {
    const kinds = new Map<string, RegisteredKind>();
    for (const { instance, metatype } of this.discovery.getProviders()) {
      if (typeof metatype !== 'function' || !instance) continue;
      const metadata = Reflect.getMetadata(JOB_KIND, metatype) as JobKindMetadata | undefined;
      if (!metadata) continue;
      if (kinds.has(metadata.kind)) throw new Error(`two providers handle the job kind ${metadata.kind}`);
      kinds.set(metadata.kind, { ...metadata, handler: instance as JobHandler });
    }
    return kinds;
  }
}
