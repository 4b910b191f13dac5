import type { CustomerClass } from '@aftercare/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One computation of a dealer's classes, with what it counted and the limits it used (C-7). */
@Entity('customer_class_run')
export class ClassRunEntity {
  @PrimaryColumn('uuid', { name: 'dealer_id' })
  dealerId: string;

  /** Yyyy-mm; computed at its beginning. */
  @PrimaryColumn('text')
  month: string;

  @Column('date', { name: 'from_on' })
  fromOn: string;

  @Column('date', { name: 'to_on' })
  toOn: string;

  @Column('int', { name: 'period_months' })
  periodMonths: number;

  @Column('int', { name: 'a_percent' })
  aPercent: number;

  @Column('int', { name: 'b_percent' })
  bPercent: number;

  @Column('timestamptz', { name: 'computed_at' })
  computedAt: string;
}

/** The class a customer got in a computation; who contributed nothing is C and has no row. Rows are kept (C-7). */
@Entity('customer_class')
export class CustomerClassEntity {
  @PrimaryColumn('uuid', { name: 'customer_id' })
  customerId: string;

  @PrimaryColumn('text')
  month: string;

  /** Who serves the customer; goes over with his file (D-1). */
  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  /** Whose computation it is. */
  @Column('uuid', { name: 'computed_by' })
  computedBy: string;

  @Column('text')
  class: CustomerClass;

  @Column('numeric', { precision: 14, scale: 2 })
  contribution: string;

  @Column('int')
  frequency: number;

  @Column('date', { name: 'last_on' })
  lastOn: string;

  @Column('numeric', { name: 'share_before', precision: 5, scale: 2 })
  shareBefore: string;
}

/** A class pinned by hand, with why (C-7). */
@Entity('customer_class_pin')
export class ClassPinEntity {
  @PrimaryColumn('uuid', { name: 'customer_id' })
  customerId: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('text')
  class: CustomerClass;

  @Column('text')
  reason: string;

  @Column('text', { name: 'pinned_by' })
  pinnedBy: string;

  @Column('timestamptz', { name: 'pinned_at' })
  pinnedAt: string;
}
