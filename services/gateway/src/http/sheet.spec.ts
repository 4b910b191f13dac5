import 'reflect-metadata';
import { controllers } from '../gateway.module.js';
import { endpointsOf } from '../spec/endpoints.js';
import { sentences } from '../texts/catalogues.js';
import { sheetName } from './sheet.js';

const lists = endpointsOf(controllers).filter(({ endpoint }) => endpoint?.list);

describe('lists as sheets', () => {
  it('X-2: every column of every list has a heading in both languages', () => {
    const bare = lists.flatMap(({ name, endpoint }) => (endpoint?.columns ?? []).filter((key) => !Object.hasOwn(sentences.column, key)).map((key) => `${name} ${key}`));
    expect(lists.length).toBeGreaterThan(30);
    expect(lists.filter(({ endpoint }) => !endpoint?.columns?.length).map(({ name }) => name)).toEqual([]);
    expect(bare).toEqual([]);
  });

  it('X-2: no two lists give files of one name', () => {
    const names = lists.map(({ path }) => sheetName(path));
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
    expect([sheetName('stock', ''), sheetName('stock', 'movements'), sheetName('dealers', ':dealerId/agreements')]).toEqual(['stock', 'stock-movements', 'dealers-agreements']);
  });
});
