// The mistakes that would break a promise of the platform, each as exact replacements in one file, and the spec that
// must notice. A text that no longer stands in its file fails the run: move the mutant with the code.

const messaging = 'libs/messaging/src';
const service = 'libs/service/src';
const customers = 'services/customers/src/customers';
const repairs = 'services/repairs/src';
const insights = 'services/insights/src';
const duties = 'services/dealers/src/duties';

/** @type {{ name: string, file: string, changes: [from: string, to: string][], spec: string }[]} */
export const mutants = [
  {
    name: 'inbox insert dropped',
    file: `${messaging}/events/inbox.ts`,
    changes: [['if (inserted.length === 0) return false;', ''], ['values ($1, $2) on conflict do nothing returning event_id`', 'values ($1, $2) on conflict do nothing`']],
    spec: `${messaging}/events/inbox.spec.ts`,
  },
  {
    name: 'an event that came twice among those heard together acts twice',
    file: `${messaging}/events/inbox.ts`,
    changes: [['events.map(({ meta }) => left.delete(meta.eventId))', 'events.map(({ meta }) => left.has(meta.eventId))']],
    spec: `${messaging}/events/inbox.spec.ts`,
  },
  {
    name: 'ack before commit',
    file: `${messaging}/events/inbox-consumer.ts`,
    changes: [['const fresh = await this.options.inbox.apply(event);\n      message.ack();', 'message.ack();\n      const fresh = await this.options.inbox.apply(event);']],
    spec: `${messaging}/events/inbox.spec.ts`,
  },
  {
    name: 'ack before commit of events heard together',
    file: `${messaging}/events/inbox-consumer.ts`,
    changes: [['const fresh = await inbox.applyTogether(events);', 'for (const message of messages) message.ack();\n      const fresh = await inbox.applyTogether(events);']],
    spec: `${messaging}/events/inbox.spec.ts`,
  },
  {
    name: 'publish before commit',
    file: `${messaging}/events/announce.ts`,
    changes: [['  await em.query(text, values);', '  await (em.connection ?? em).query(text, values);']],
    spec: `${messaging}/events/outbox.spec.ts`,
  },
  {
    name: 'publish before commit of what a service announces',
    file: `${service}/tx.ts`,
    changes: [
      [
        'this.events.push(announceStatement(schema, payload, this.ctx));\n    return Promise.resolve();',
        'const { text, values } = announceStatement(schema, payload, this.ctx);\n    return this.em.connection.query(text, values).then(() => undefined);',
      ],
    ],
    spec: `${service}/database.spec.ts`,
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
    name: 'tenancy condition dropped from a list query',
    file: `${service}/list-statement.ts`,
    changes: [["if (dealers === EVERY_DEALER) return shape('all'", "if (dealers) return shape('all'"]],
    spec: 'services/customers/src/tenancy.spec.ts',
  },
  {
    name: 'tenancy condition dropped from a list query that searches',
    file: `${customers}/customer-list.ts`,
    changes: [["if (!everything && dealers.length === 1) only('d', (column, place) => `${column} = ${place}::uuid`, dealers[0]);\n  else if (!everything)", 'if (!everything && dealers.length !== 1)']],
    spec: 'services/customers/src/tenancy.spec.ts',
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
  {
    name: 'customer merge loses the units',
    file: `${customers}/customer-merge.handlers.ts`,
    changes: [["  { name: 'units', text: 'update unit_sale set customer_id = $2 where customer_id = $1' },\n", '']],
    spec: `${customers}/customer-merge.handlers.spec.ts`,
  },
  {
    name: 'customer merge leaves earlier pointers behind',
    file: `${customers}/customer-merge.handlers.ts`,
    changes: [["  { name: 'earlierMerges', text: 'update customer set merged_into = $2 where merged_into = $1' },\n", '']],
    spec: `${customers}/customer-merge.handlers.spec.ts`,
  },
  {
    name: 'customer merge told first leads to a pointer',
    file: `${repairs}/registry/merged-customers.ts`,
    changes: [['where id = $1 or merged_into = $1', 'where id = $1']],
    spec: `${repairs}/registry/merged-customers.spec.ts`,
  },
  {
    name: 'customer erased, the files merged into it not',
    file: `${customers}/anonymise.handlers.ts`,
    changes: [['[customer, ...(await tx.em.findBy(CustomerEntity, { mergedInto: customer.id }))]', '[customer]']],
    spec: `${customers}/anonymise.handlers.spec.ts`,
  },
  {
    name: 'customer erased, the values beside the audit not',
    file: `${customers}/anonymise.handlers.ts`,
    changes: [["  await tx.sql({ name: 'anonymise_values', text: 'select erase_audit_personal($1)', values: [file.id] });\n", '']],
    spec: `${customers}/anonymise.handlers.spec.ts`,
  },
  {
    name: 'customer erased, calls are still opened for him',
    file: `${repairs}/calls/call-intake.handlers.ts`,
    changes: [['      refuseErasedCustomer(customer?.anonymisedAt ?? null);\n', '']],
    spec: `${repairs}/calls/erasure.events.spec.ts`,
  },
  {
    name: 'customer erased, what the call says of the unit not',
    file: `${repairs}/calls/erasure.rules.ts`,
    changes: [['unitDescription: erasedText(unitDescription)', 'unitDescription']],
    spec: `${repairs}/calls/erasure.events.spec.ts`,
  },
  {
    name: 'customer erased, reports of his installations not',
    file: `${repairs}/calls/erasure.events.ts`,
    changes: [['await tx.em.update(QualityReportRow, { id }, erased);', '']],
    spec: `${repairs}/calls/erasure.events.spec.ts`,
  },
  {
    name: 'figures counted from a routing that is older',
    file: `${insights}/facts/call-fact.rules.ts`,
    changes: [['if (routing.version <= fact.routedVersion) return fact;', '']],
    spec: `${insights}/facts/call-fact.rules.spec.ts`,
  },
  {
    name: 'figures rebuilt without what was told meanwhile',
    file: `${insights}/facts/fact.ts`,
    changes: [
      ['targetsOf(await generationsOf(tx))) await how({ tx, generation }, event, told)', '[(await generationsOf(tx)).current]) await how({ tx, generation }, event, told)'],
      ['targetsOf(await generationsOf(tx))) await how({ tx, generation }, events)', '[(await generationsOf(tx)).current]) await how({ tx, generation }, events)'],
    ],
    spec: `${insights}/model/rebuild.spec.ts`,
  },
  {
    name: 'a dealer learns another one\'s figures from the median of two',
    file: `${insights}/files/dealer-file.rules.ts`,
    changes: [['(reader.isManufacturer ? 2 : DEALERS_MIN)', '(reader.isManufacturer ? 2 : 2)']],
    spec: `${insights}/files/dealer-file.rules.spec.ts`,
  },
  {
    name: 'a sheet of customers reaches any dealer',
    file: `${customers}/customer-import.job.ts`,
    changes: [['return dealers.filter(({ id }) => seesDealer(tx.ctx, id));', 'return dealers;']],
    spec: `${customers}/customer-import.job.spec.ts`,
  },
  {
    name: 'a sheet of customers tries the serials of others',
    file: `${customers}/customer-import.job.ts`,
    changes: [['isDealerRole(ctx.role) ? units.filter(({ dispatchedTo, owners }) => dispatchedTo !== null || owners.length > 0) : units', 'units']],
    spec: `${customers}/customer-import.job.spec.ts`,
  },
  {
    name: 'one-time passwords of an import answered to another',
    file: 'services/gateway/src/imports/sheet-imports.ts',
    changes: [[' || (form.isPersonal && file.uploadedBy !== callContext().userId)', '']],
    spec: 'services/gateway/src/auth/user-import.job.spec.ts',
  },
  {
    name: 'duty: the due day itself is late',
    file: `${duties}/duty.rules.ts`,
    changes: [['compareInstant(report.submittedAt ?? now, endOfDay(report.dueOn)) >= 0', 'compareInstant(report.submittedAt ?? now, startOfDay(report.dueOn)) >= 0']],
    spec: `${duties}/duty.rules.spec.ts`,
  },
  {
    name: 'duty: what was handed in goes late afterwards',
    file: `${duties}/duty.rules.ts`,
    changes: [['report.submittedAt ?? now', 'now']],
    spec: `${duties}/duty.rules.spec.ts`,
  },
  {
    name: 'duty: a suspended dealer owes no report',
    file: `${duties}/duty.rules.ts`,
    changes: [["return status === 'active' || status === 'suspended';", "return status === 'active';"]],
    spec: `${duties}/duty.rules.spec.ts`,
  },
  {
    name: 'duty: silence passes for a nil report',
    file: `${duties}/monthly-report.rules.ts`,
    changes: [['if (given.counted === 0 && !given.nil) throw', 'if (given.counted < 0 && !given.nil) throw']],
    spec: `${duties}/monthly-report.rules.spec.ts`,
  },
  {
    name: 'duty: a running month is handed in',
    file: `${duties}/monthly-report.rules.ts`,
    changes: [['if (compareInstant(now, monthEnd(report.month)) < 0) {', 'if (compareInstant(now, monthEnd(report.month)) < -1) {']],
    spec: `${duties}/monthly-report.rules.spec.ts`,
  },
  {
    name: 'duty: a submitted report takes in what is told later',
    file: `${duties}/report-line.rules.ts`,
    changes: [["if (state === 'submitted') return line === null ? { kind: 'pends', data: dataOf(told) } : { kind: 'none' };", '']],
    spec: `${duties}/report-line.rules.spec.ts`,
  },
];
