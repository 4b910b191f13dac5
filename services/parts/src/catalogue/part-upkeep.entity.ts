import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A model that a part fits, and where it stands on the model's exploded view (P-1). */
@Entity('part_model')
export class PartModel {
  @PrimaryColumn('uuid', { name: 'part_id' }) partId: string;
  @PrimaryColumn('uuid', { name: 'model_id' }) modelId: string;
  /** Empty where the drawing has none. */
  @PrimaryColumn('text') position: string;
  /** As customers told it; a model's code never changes. */
  @Column('text', { name: 'model_code' }) modelCode: string;
}

/** A photo that shows a part. */
@Entity('part_photo')
export class PartPhoto {
  @PrimaryColumn('uuid', { name: 'part_id' }) partId: string;
  /** From 1. */
  @PrimaryColumn('int') position: number;
  @Column('uuid', { name: 'attachment_id' }) attachmentId: string;
  @Column('text') sha256: string;
}

/** Pieces of a part that should at least be available in a warehouse (P-1). */
@Entity('part_minimum')
export class PartMinimum {
  @PrimaryColumn('uuid', { name: 'warehouse_id' }) warehouseId: string;
  @PrimaryColumn('uuid', { name: 'part_id' }) partId: string;
  @Column('int') minimum: number;
}
