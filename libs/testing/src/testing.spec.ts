import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CoverageService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { notFound, ServiceError } from '@aftercare/messaging';
import type { ServiceDefinition } from '@aftercare/service';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { expectSchemaMatchesEntities, fake, startTestService } from './index.js';

@Entity('health_probe')
class WrongProbe {
  @PrimaryColumn('text')
  service: string;

  @Column('text', { name: 'probed_at' })
  probedAt: string;

  @Column('int')
  missing: number;
}

class EmptyModule {}
const empty: ServiceDefinition = { name: 'sample', module: EmptyModule, entities: [], migrations: [] };

it('a fake answers typed requests on the real bus, errors included, and may be changed while the spec runs', async () => {
  const coverage = fake(CoverageService, { decideCoverage: () => Promise.reject(notFound('unit')) });
  const service = await startTestService({ ...empty, fakes: [coverage] });
  const client = service.client(CoverageService);
  await expect(client.decideCoverage({})).rejects.toMatchObject({ code: 'not_found' });
  await expect(client.replayCoverage({})).rejects.toMatchObject({ code: 'unimplemented' });
  coverage.handlers.decideCoverage = (_request: unknown, ctx: { role: string }) => Promise.reject(new ServiceError('aborted', 'SEEN', ctx.role));
  await expect(client.decideCoverage({})).rejects.toMatchObject({ reason: 'SEEN', message: 'service_clerk' });
  await service.stop();
});

it('two services of one spec are apart in their databases and together on the clock', async () => {
  const first = await startTestService(empty);
  const second = await startTestService({ ...empty, name: 'other' });
  await first.sql(`insert into number_counter values ('kind', 2026, $1)`, [7]);
  expect(await second.sql('select from number_counter')).toHaveLength(0);
  await first.moveClock('2031-05-05T00:00:00.000Z');
  expect((await second.now()).slice(0, 10)).toBe('2031-05-05');
  await Promise.all([first.stop(), second.stop()]);
});

it('a column that entity and migration see differently is found', async () => {
  const service = await startTestService({ ...empty, entities: [WrongProbe] });
  await expect(expectSchemaMatchesEntities(service.dataSource)).rejects.toThrow(/missing/);
  await expect(expectSchemaMatchesEntities(service.dataSource)).rejects.toThrow(/probed_at/);
  await service.stop();
});

it('drain says what is still open', async () => {
  const service = await startTestService(empty);
  await service.sql(`insert into outbox (id, event_type, payload, request_id, traceparent, lease_until) values ($1, 'x', '{}', '', '', now() + interval '1 hour')`, [newId()]);
  await expect(service.drain(300)).rejects.toThrow(/still open after 300 ms: sample outbox 1/);
  await service.stop();
});

it('the specs that begin first, since they take longest, are there', () => {
  const longest = jest.requireActual<string[]>('./longest-specs.cjs');
  expect(longest.filter((file) => !existsSync(join(__dirname, '../../..', file)))).toEqual([]);
});
