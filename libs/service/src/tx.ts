import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import { announceStatement, announceTogether, cancelDeadline, scheduleDeadline, type CallContext, type DeadlineInput, type PreparedStatement, type Sql } from '@aftercare/messaging';
import type { EntityManager } from 'typeorm';
import { auditRow, insertAudit, type AuditEntryInit, type AuditRow } from './audit.js';
import type { Client } from './data-source.js';
import { takeNumber, type NumberOptions } from './numbers.js';
import type { Statement } from './statement.js';

/** One local transaction of a command or a read, under the caller's tenancy. */
export interface Tx {
  readonly em: EntityManager;
  readonly ctx: CallContext;
  /** The business instant of this transaction, ISO 8601. */
  now(): Promise<string>;
  /** A prepared statement on the transaction's own connection: hot writes and reads. */
  sql<R extends object>(statement: Statement): Promise<R[]>;
  /** Sent with the commit, in the order given and before what is announced: for writes that nothing in the transaction reads again. */
  write(statement: Statement): void;
  /** Says who did what with which document; personal values go to `personal` only. `by`: who had it done, where the transaction is another's. Written with the commit. */
  audit(entry: AuditEntryInit, by?: CallContext): Promise<void>;
  /** Tells other services, when and only when this transaction commits. */
  announce<S extends DescMessage>(schema: S, payload: MessageInitShape<S>): Promise<void>;
  /** Something due at a business instant; (kind, ref) is unique, setting it again moves it. Written with the commit. */
  deadline(deadline: DeadlineInput): Promise<void>;
  cancelDeadline(kind: string, ref: string): Promise<void>;
  /** The next document number, e.g. 'CS-2026-000123'; gap-free ones are taken last. */
  nextNumber(kind: string, options: NumberOptions): Promise<string>;
}

/** The parts a transaction is made of. */
export interface TxParts {
  em: EntityManager;
  client: Client;
  ctx: CallContext;
  now: Promise<string>;
}

/** Tx over one pg client; what only has to be there at the commit is kept and sent with it. */
export class OpenTx implements Tx {
  readonly em: EntityManager;
  readonly ctx: CallContext;
  /** True when an event or a deadline was written, so that the relay is woken after the commit. */
  wakes = false;
  private readonly writes: Statement[] = [];
  private readonly audits: AuditRow[] = [];
  private readonly events: PreparedStatement[] = [];
  private readonly atCommit: ((sql: Sql) => Promise<unknown>)[] = [];

  constructor(private readonly parts: TxParts) {
    this.em = parts.em;
    this.ctx = parts.ctx;
  }

  now(): Promise<string> {
    return this.parts.now;
  }

  async sql<R extends object>(statement: Statement): Promise<R[]> {
    const { rows } = await this.parts.client.query<R>(statement);
    return rows;
  }

  write(statement: Statement): void {
    this.writes.push(statement);
  }

  audit(entry: AuditEntryInit, by: CallContext = this.ctx): Promise<void> {
    this.audits.push(auditRow(by, entry));
    return Promise.resolve();
  }

  announce<S extends DescMessage>(schema: S, payload: MessageInitShape<S>): Promise<void> {
    this.wakes = true;
    this.events.push(announceStatement(schema, payload, this.ctx));
    return Promise.resolve();
  }

  deadline(deadline: DeadlineInput): Promise<void> {
    this.wakes = true;
    this.atCommit.push((sql) => scheduleDeadline(sql, deadline));
    return Promise.resolve();
  }

  cancelDeadline(kind: string, ref: string): Promise<void> {
    this.atCommit.push((sql) => cancelDeadline(sql, kind, ref));
    return Promise.resolve();
  }

  nextNumber(kind: string, options: NumberOptions): Promise<string> {
    return takeNumber(this.parts.client, kind, options);
  }

  /** Sends what was kept; the answers come with the commit's, in one round trip. */
  flush(): Promise<unknown>[] {
    const { client } = this.parts;
    const sql: Sql = { query: async <R>(text: string, values?: unknown[]) => (await client.query(text, values)).rows as R };
    const sent = [...this.writes.splice(0), ...announceTogether(this.events.splice(0))].map((statement) => client.query(statement));
    const kept = [...sent, ...this.atCommit.splice(0).map((send) => send(sql))];
    return this.audits.length > 0 ? [...kept, ...insertAudit(client, this.audits.splice(0))] : kept;
  }
}

const openTransactions = new WeakMap<EntityManager, OpenTx>();

/** Lets txOf find a transaction by its entity manager. */
export function rememberTx(tx: OpenTx): void {
  openTransactions.set(tx.em, tx);
}

/** The transaction behind the entity manager that @OnEvent and @OnDeadline methods get: to audit, announce, number. */
export function txOf(em: EntityManager): Tx {
  const tx = openTransactions.get(em);
  if (!tx) throw new Error('this entity manager belongs to no transaction of Database');
  return tx;
}
