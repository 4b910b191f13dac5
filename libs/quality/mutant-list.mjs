// The mistakes that would break a promise of the platform, each as exact replacements in one file, and the spec that
// must notice. A text that no longer stands in its file fails the run: move the mutant with the code.

const messaging = 'libs/messaging/src';
const service = 'libs/service/src';

/** @type {{ name: string, file: string, changes: [from: string, to: string][], spec: string }[]} */
export const mutants = [
  {
    name: 'inbox insert dropped',
    file: `${messaging}/events/inbox.ts`,
    changes: [['if (inserted.length === 0) return false;', ''], ['on conflict do nothing returning event_id`', 'on conflict do nothing`']],
    spec: `${messaging}/events/inbox.spec.ts`,
  },
  {
    name: 'ack before commit',
    file: `${messaging}/events/inbox-consumer.ts`,
    changes: [['const fresh = await this.options.inbox.apply(event);\n      message.ack();', 'message.ack();\n      const fresh = await this.options.inbox.apply(event);']],
    spec: `${messaging}/events/inbox.spec.ts`,
  },
  {
    name: 'publish before commit',
    file: `${messaging}/events/announce.ts`,
    changes: [['  await em.query(text, values);', '  await (em.connection ?? em).query(text, values);']],
    spec: `${messaging}/events/outbox.spec.ts`,
  },
  {
    name: 'SKIP LOCKED replaced by id > last',
    file: `${messaging}/events/outbox-relay.ts`,
    changes: [
      ['where published_at is null and (lease_until is null or lease_until < now())', 'where id > $3::uuid'],
      ['order by created_at limit $1 for update skip locked', 'order by id limit $1'],
      [
        'return this.sql.query<OutboxRow[]>(CLAIM, [this.tuning.relayBatchMax, this.tuning.leaseMs]);',
        `const last = (this as unknown as { last?: string }).last ?? '00000000-0000-0000-0000-000000000000';
    return this.sql.query<OutboxRow[]>(CLAIM, [this.tuning.relayBatchMax, this.tuning.leaseMs, last]).then((rows) => {
      Object.assign(this, { last: rows.map((row) => row.id).sort().at(-1) ?? last });
      return rows;
    });`,
      ],
    ],
    spec: `${messaging}/events/outbox.spec.ts`,
  },
  {
    name: 'tenancy condition dropped from queries',
    file: `${service}/scope.ts`,
    changes: [["if (scope === EVERY_DEALER) return { where: 'true', parameters: {} };", "if (scope) return { where: 'true', parameters: {} };"]],
    spec: `${service}/tenancy.spec.ts`,
  },
  {
    name: 'tenancy condition dropped from statements',
    file: `${service}/scope.ts`,
    changes: [['return scope === EVERY_DEALER ? [true, []] : [false, scope];', 'return scope ? [true, []] : [false, scope];']],
    spec: `${service}/tenancy.spec.ts`,
  },
  {
    name: 'tenancy condition dropped from loaded rows',
    file: `${service}/scope.ts`,
    changes: [['if (row === null || row === undefined || !seesDealer(ctx, row.dealerId)) throw notFound(what);', 'if (row === null || row === undefined) throw notFound(what);']],
    spec: `${service}/tenancy.spec.ts`,
  },
  {
    name: 'row-level security off',
    file: `${service}/tenant-table.ts`,
    changes: [
      ['await runner.query(`alter table ${table} enable row level security`);', ''],
      ['await runner.query(`alter table ${table} force row level security`);', ''],
    ],
    spec: `${service}/tenancy.spec.ts`,
  },
  {
    name: 'caller context not verified',
    file: `${messaging}/caller/identity.ts`,
    changes: [["if (!verify(null, Buffer.from(body), key, Buffer.from(signature, 'base64url'))) throw invalid('has a wrong signature');", '']],
    spec: `${messaging}/caller/identity.spec.ts`,
  },
  {
    name: 'idempotency row outside the transaction',
    file: `${service}/database.ts`,
    changes: [['insertClaim(client, claim)', 'insertClaim(poolOf(this.dataSource) as unknown as Client, claim)']],
    spec: `${service}/database.spec.ts`,
  },
];
