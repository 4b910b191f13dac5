import { tenantTable } from '@aftercare/service';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Courses, sessions, attendance and certificates (D-5). Courses and sessions are everybody's, people are their dealer's. */
export class Trainings1796000000000 implements MigrationInterface {
  name = 'Trainings1796000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES) await runner.query(statement);
    await tenantTable(runner, 'training_attendance');
    await tenantTable(runner, 'certificate');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table certificate, training_attendance, training, training_course');
  }
}

const TABLES = [
  `create table training_course (
    id uuid primary key,
    code text not null unique,
    name text not null,
    name_en text not null,
    family text not null,
    valid_months int not null check (valid_months > 0),
    version int not null check (version > 0),
    created_at timestamptz not null default business_now()
  )`,
  `create table training (
    id uuid primary key,
    number text not null unique,
    course_id uuid not null references training_course (id),
    held_on date not null,
    place text not null,
    state text not null check (state in ('planned', 'held', 'cancelled')),
    state_reason text not null,
    version int not null check (version > 0),
    created_at timestamptz not null default business_now()
  )`,
  'create index training_newest on training (held_on desc, id desc)',
  'create index training_of_course on training (course_id, held_on desc, id desc)',
  `create table training_attendance (
    training_id uuid not null references training (id),
    technician_id uuid not null,
    dealer_id uuid not null,
    result text not null check (result in ('passed', 'failed', 'absent')),
    primary key (training_id, technician_id),
    foreign key (dealer_id, technician_id) references technician (dealer_id, id)
  )`,
  `create table certificate (
    id uuid primary key,
    number text not null unique,
    dealer_id uuid not null,
    technician_id uuid not null,
    training_id uuid not null,
    family text not null,
    valid_from date not null,
    valid_until date not null check (valid_until >= valid_from),
    created_at timestamptz not null default business_now(),
    unique (training_id, technician_id),
    foreign key (training_id, technician_id) references training_attendance (training_id, technician_id),
    foreign key (dealer_id, technician_id) references technician (dealer_id, id)
  )`,
  'create index certificate_first_to_expire on certificate (valid_until, id)',
  'create index certificate_of_dealer on certificate (dealer_id, valid_until, id)',
  'create index certificate_of_technician on certificate (technician_id, family, valid_until)',
];
