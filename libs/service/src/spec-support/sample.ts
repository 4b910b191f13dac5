import { newId } from '@aftercare/domain';
import { Column, Entity, PrimaryColumn, type MigrationInterface, type QueryRunner } from 'typeorm';
import { defineServiceModule, tenantTable, type ServiceDefinition } from '../index.js';
import { ImportSamples } from './sample-jobs.js';

/** A document of a dealer, as small as can be. */
@Entity('sample')
export class Sample {
  @PrimaryColumn('uuid')
  id: string = newId();

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('text')
  number: string;

  @Column('timestamptz', { name: 'opened_at' })
  openedAt: string;

  @Column('date', { name: 'due_on', nullable: true })
  dueOn: string | null;

  @Column('numeric', { precision: 14, scale: 2, default: '0' })
  amount: string;

  @Column('int', { default: 1 })
  version: number;
}

export class Sample1700000000000 implements MigrationInterface {
  name = 'Sample1700000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table sample (
      id uuid not null, dealer_id uuid not null, number text not null unique, opened_at timestamptz not null default business_now(),
      due_on date, amount numeric(14,2) not null default '0' check (amount >= 0), version int not null default 1,
      primary key (id), unique (dealer_id, id))`);
    await tenantTable(runner, 'sample');
    await runner.query(`create table sample_money (id uuid primary key, dealer_id uuid not null, amount numeric(14,2) not null)`);
    await tenantTable(runner, 'sample_money', { money: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table sample_money, sample');
  }
}

export const sampleDefinition: ServiceDefinition = {
  name: 'sample',
  module: defineServiceModule({ name: 'sample', providers: [ImportSamples] }),
  entities: [Sample],
  migrations: [Sample1700000000000],
};
