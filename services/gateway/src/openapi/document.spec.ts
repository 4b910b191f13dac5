import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dtoProblems, endpointsOf } from '../spec/endpoints.js';
import { accessTable, isPublic, rolesOf, type Action } from '../access/access-table.js';
import { controllers } from '../gateway.module.js';
import { documentForReview } from './review.js';

const endpoints = endpointsOf(controllers);

describe('the access table', () => {
  it('every endpoint names an action that has a row', () => {
    expect(endpoints.filter(({ endpoint }) => !endpoint || !(endpoint.action in accessTable)).map(({ name }) => name)).toEqual([]);
  });

  it('every row is used by an endpoint', () => {
    const used = new Set(endpoints.map(({ endpoint }) => endpoint?.action));
    expect(Object.keys(accessTable).filter((action) => !used.has(action as Action))).toEqual([]);
  });

  it('the auditor changes nothing', () => {
    const own: Action[] = ['auth.own', 'notice.own'];
    const changed = endpoints.filter(({ endpoint }) =>
      endpoint && !endpoint.reads && !isPublic(endpoint.action) && !own.includes(endpoint.action) && rolesOf(endpoint.action).includes('auditor'));
    expect(changed.map(({ name }) => name)).toEqual([]);
  });

  it('X-8: everything that creates a document needs an Idempotency-Key', () => {
    const unkeyed = endpoints.filter(({ endpoint }) => endpoint?.status === 201 && !endpoint.keyed).map(({ name }) => name);
    expect(unkeyed).toEqual(['PublicUnitsController.photo']);
  });
});

describe('the interface and the contracts', () => {
  it('a body has exactly the fields of its message, but those of the path', () => {
    const wrong = endpoints.flatMap(dtoProblems);
    expect(wrong).toEqual([]);
  });
});

describe('the OpenAPI document', () => {
  it('is the committed one (npm run openapi writes it)', async () => {
    const committed = readFileSync(join(__dirname, '../../openapi.json'), 'utf8');
    expect(await documentForReview()).toBe(committed);
  }, 60_000);

  it('every reference names a schema that is there', async () => {
    const text = JSON.stringify(await documentForReview());
    const { components } = JSON.parse(text) as { components: { schemas: Record<string, unknown> } };
    const named = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]*)"/g)].map(([, name]) => name ?? '');
    expect(named.filter((name) => !Object.hasOwn(components.schemas, name))).toEqual([]);
  });

  it('describes every answer, names operations once, and says who may do what', async () => {
    const document = JSON.parse(await documentForReview()) as { openapi: string; paths: Record<string, Record<string, Operation>>; components: { schemas: object } };
    const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
    expect(document.openapi).toBe('3.1.0');
    expect(operations.length).toBe(endpoints.length);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    const bare = operations.filter((operation) => !operation['x-action'] || !operation['x-roles']?.length || !answerOf(operation));
    expect(bare.map(({ operationId }) => operationId)).toEqual([]);
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
    expect(references.filter((name) => !(name in document.components.schemas))).toEqual([]);
  }, 60_000);
});

interface Operation {
  operationId: string;
  'x-action'?: string;
  'x-roles'?: string[];
  responses: Record<string, { content?: Record<string, { schema?: object }> }>;
}

function answerOf(operation: Operation): boolean {
  const [, answer] = Object.entries(operation.responses).find(([status]) => status.startsWith('2')) ?? [];
  return Object.values(answer?.content ?? {}).every(({ schema }) => schema && Object.keys(schema).length > 0);
}
