import { newId } from '@aftercare/domain';
import { Conditions, listStatement, prefixRange, statementName, type Listing } from './list-statement.js';
import { EVERY_DEALER } from './scope.js';

const NEWEST = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' } as const;
const [one, two] = [newId(), newId()];

function statement(given: Partial<Listing>) {
  return listStatement({
    name: 'papers', table: 'paper', order: NEWEST, scope: { dealers: EVERY_DEALER }, where: new Conditions(), page: { list: 'papers', limit: 50, after: null }, columns: 'r.id', ...given,
  });
}

it('everybody’s list has no condition on the dealer, one dealer an equality, several are read each by itself', () => {
  expect(statement({})).toMatchObject({ name: 'papers_all', values: [51], text: expect.stringContaining('where true') });
  expect(statement({ scope: { dealers: [one] } })).toMatchObject({ name: 'papers_own', values: [one, 51], text: expect.stringContaining('r.dealer_id = $1::uuid') });
  expect(statement({ scope: { dealers: [one, two] } })).toMatchObject({
    name: 'papers_many', values: [[one, two], 51], text: expect.stringContaining('unnest($1::uuid[]) as scope (dealer) cross join lateral'),
  });
});

it('who may see no dealer reads nothing', () => {
  expect(statement({ scope: { dealers: [] } })).toMatchObject({ values: [[], 51], text: expect.stringContaining('unnest($1::uuid[])') });
});

it('only what was asked for stands in the statement, and each shape has a name of its own', () => {
  const where = new Conditions().when('open', 's', (state) => `r.state = ${state}`).when('', 'd', (id) => `r.dealer_id = ${id}`).when(true, 'o', () => 'r.open').when(false, 'n', () => 'r.never');
  const { name, text, values } = statement({ where });
  expect([name, values]).toEqual(['papers_all_s_o', ['open', 51]]);
  expect(text).toContain('where r.state = $1 and r.open order by r.created_at desc, r.id desc limit $2');
});

it('rows of one kind or the other are read each along its own index and put together in the list’s order', () => {
  const where = new Conditions().either('me', (me) => [`r.maker = ${me}`, `r.taker = ${me}`], 'li').when('open', 's', (state) => `r.state = ${state}`);
  const { name, text, values } = statement({ where });
  expect([name, values]).toEqual(['papers_all_me_s', ['li', 'open', 51]]);
  expect(text).toContain('where r.maker = $1 and r.state = $2 order by r.created_at desc, r.id desc limit $3) union all (select r.* from paper r where r.taker = $1 and r.state = $2');
  expect(() => where.either('too', () => ['a', 'b'])).toThrow(RangeError);
});

it('a list that is planned once is cut at the longest page first, since of a limit that is a value the plan expects a tenth of the table', () => {
  const once = statement({ onePlan: true, scope: { dealers: [one] } });
  expect(once).toMatchObject({ onePlan: true, values: [one, 51] });
  expect(once.text).toContain('order by r.created_at desc, r.id desc limit 201)) r order by r.created_at desc, r.id desc limit $2');
  expect(statement({ onePlan: true, scope: { dealers: [one, two] } }).text).toMatch(/lateral \(select r\.\* from \(.*limit 201\)\) r order by .* limit \$2\) r order by .* limit \$2/);
});

it('a page goes on beyond the last row in the list’s own order', () => {
  const after = { key: '2026-11-26T08:00:00.000Z', id: one };
  expect(statement({ page: { list: 'papers', limit: 2, after } })).toMatchObject({ values: [after.key, one, 3], text: expect.stringContaining('(r.created_at, r.id) < ($1::timestamptz, $2::uuid)') });
  const byCode = { by: 'r.code', direction: 'asc', type: 'text' } as const;
  expect(statement({ order: byCode, page: { list: 'papers', limit: 2, after: { key: 'B', id: one } } }).text).toContain('(r.code, r.id) > ($1::text, $2::uuid)');
});

it('refuses the cursor of a list sorted by something else', () => {
  expect(() => statement({ page: { list: 'papers', limit: 2, after: { key: 'FA-100', id: one } } })).toThrow(expect.objectContaining({ code: 'invalid_argument', reason: 'CURSOR_INVALID' }));
});

it('a prefix is a range of texts', () => {
  const [from, to] = prefixRange('FA-');
  const inside = ['FA-', 'FA-100', 'FA-~', 'FA-阀'];
  expect(inside.every((text) => text >= from && text < to)).toBe(true);
  expect(['FA', 'FA.', 'FB', 'fa-'].some((text) => text >= from && text < to)).toBe(false);
  expect(new Conditions().startsWith('q', 'r.serial', 'FA-').texts).toEqual(['(r.serial ~>=~ $1::text and r.serial ~<~ $2::text)']);
});

it('a part stands where its maker puts it, and counts as a shape of its own', () => {
  const where = new Conditions().add('s', (state) => `r.state = ${state}`, 'open');
  expect(where.part('q', (from, to) => `between ${from} and ${to}`, 'a', 'b')).toBe('between $2 and $3');
  expect([where.texts, where.values, statementName(['papers', ...where.names])]).toEqual([['r.state = $1'], ['open', 'a', 'b'], 'papers_s_q']);
});

it('a name too long for PostgreSQL is refused, since it would be cut and taken for another', () => {
  expect(() => statement({ name: 'x'.repeat(70) })).toThrow(RangeError);
});
