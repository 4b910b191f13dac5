import { createTestDatabase } from '@aftercare/testing';
import { DataSource, EntitySchema } from 'typeorm';
import { addToList, drift, migrationText } from '../migration.mjs';

const part = new EntitySchema({
  name: 'part',
  columns: { id: { type: 'uuid', primary: true }, name: { type: 'text' }, weight: { type: 'integer', nullable: true } },
});

describe('npm run migration', () => {
  it('finds the column that an entity has and the table lacks, and drops no check or index of the table', async () => {
    const database = await createTestDatabase('parts');
    const dataSource = await new DataSource({ type: 'postgres', url: database.ownerUrl, entities: [part], installExtensions: false }).initialize();
    try {
      await dataSource.query("create table part (id uuid primary key, name text not null default 'x' check (name <> ''))");
      await dataSource.query('create index part_name on part (name)');
      await dataSource.query('create table outbox (id uuid)');
      expect(await drift(dataSource)).toEqual({ up: ['ALTER TABLE "part" ADD "weight" integer'], down: ['ALTER TABLE "part" DROP COLUMN "weight"'] });
      await dataSource.query('alter table part add weight integer');
      expect(await drift(dataSource)).toEqual({ up: [], down: [] });
    } finally {
      await dataSource.destroy();
      await database.drop();
    }
  });

  it('writes a migration with a way back', () => {
    const text = migrationText('part-weight', 17, { up: ['ALTER TABLE "part" ADD "weight" integer'], down: ['ALTER TABLE "part" DROP COLUMN "weight"'] });
    expect(text).toContain('export class PartWeight17 implements MigrationInterface');
    expect(text).toMatch(/up\(.*\n.*query\("ALTER TABLE \\"part\\" ADD/);
    expect(text).toMatch(/down\(.*\n.*query\("ALTER TABLE \\"part\\" DROP/);
  });

  it('puts it at the end of the service’s list', () => {
    const added = { name: 'part-weight', stamp: 17, folder: './' };
    const before = "import { First1 } from './1-first.js';\n\n/** In order. */\nexport const migrations = [First1];\n";
    expect(addToList(before, added)).toBe(
      "import { First1 } from './1-first.js';\nimport { PartWeight17 } from './17-part-weight.js';\n\n/** In order. */\nexport const migrations = [First1, PartWeight17];\n",
    );
    const module = "import {\n  a,\n} from './a.js';\n\nexport const parts: ServiceDefinition = { name: 'parts', migrations: [First1] };\n";
    expect(addToList(module, { ...added, folder: './migrations/' })).toBe(
      "import {\n  a,\n} from './a.js';\nimport { PartWeight17 } from './migrations/17-part-weight.js';\n\nexport const parts: ServiceDefinition = { name: 'parts', migrations: [First1, PartWeight17] };\n",
    );
    expect(() => addToList('nothing', added)).toThrow('is there to add it to');
  });
});
