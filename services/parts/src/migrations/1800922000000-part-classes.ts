import type { MigrationInterface, QueryRunner } from 'typeorm';

/** W-9: the class of a part is kept in lower case, as warranty terms name it: in another spelling it got the term of all other parts. */
export class PartClasses1800922000000 implements MigrationInterface {
  name = 'PartClasses1800922000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('update part set part_class = lower(part_class) where part_class <> lower(part_class)');
  }

  /** How a class was typed once is known no more, and nothing is found by it. */
  async down(): Promise<void> {}
}
