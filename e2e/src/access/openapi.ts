/** An operation of the API as its description tells. */
export interface Operation {
  /** 'GET /repair-calls/{id}' */
  name: string;
  method: string;
  /** Path below /api/v1, with {placeholders}. */
  path: string;
  action: string;
  /** Roles that may, or public. */
  roles: string[] | 'public';
  keyed: boolean;
  bodySchema: string | null;
  isForm: boolean;
  /** What is answered is JSON, and no file or stream. */
  answersJson: boolean;
  /** Ids that the body names, as paths: 'customerId', 'photos.0.id', 'lineIds.0'. */
  bodyIds: string[];
  /** Query parameters that are ids, and whether it must be told which month or which days are asked for. */
  queryIds: string[];
  ofMonth: boolean;
  ofDays: boolean;
}

interface Schema {
  $ref?: string;
  allOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  format?: string;
}

type Schemas = Record<string, Schema>;

interface Described {
  'x-action'?: string;
  'x-roles'?: string[] | string;
  parameters?: { name: string; in: string; required?: boolean; schema?: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses?: Record<string, { content?: Record<string, unknown> }>;
}

interface Document {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Schemas };
}

const PREFIX = '/api/v1';

/** All operations below /api/v1 of a running gateway. */
export async function operationsOf(url: string): Promise<Operation[]> {
  const { paths, components } = await documentOf(url);
  return Object.entries(paths)
    .filter(([path]) => path.startsWith(PREFIX))
    .flatMap(([path, methods]) => Object.entries(methods).map(([method, described]) => operationOf(`${method.toUpperCase()} ${path}`, described, components.schemas)));
}

/** Paths of the document that are not below /api/v1. */
export async function pathsBeside(url: string): Promise<string[]> {
  return Object.keys((await documentOf(url)).paths).filter((path) => !path.startsWith(PREFIX));
}

async function documentOf(url: string): Promise<Document> {
  return (await (await fetch(`${url}/api/openapi.json`)).json()) as Document;
}

function operationOf(name: string, described: Described, schemas: Schemas): Operation {
  const [method = '', path = ''] = name.split(' ');
  const content = described.requestBody?.content ?? {};
  const roles = described['x-roles'];
  const below = path.slice(PREFIX.length);
  return {
    name: `${method} ${below}`,
    method,
    path: below,
    action: described['x-action'] ?? '',
    roles: Array.isArray(roles) && !roles.includes('public') ? roles : 'public',
    keyed: (described.parameters ?? []).some(({ name }) => name === 'Idempotency-Key'),
    bodySchema: content['application/json']?.schema.$ref?.split('/').at(-1) ?? null,
    isForm: 'multipart/form-data' in content,
    answersJson: 'application/json' in (described.responses?.['200']?.content ?? {}),
    ofMonth: (described.parameters ?? []).some(({ name: each, required }) => each === 'month' && required === true),
    ofDays: (described.parameters ?? []).some(({ name: each, required }) => each === 'from' && required === true),
    bodyIds: Object.values(content).flatMap(({ schema }) => idsIn(schema, schemas)),
    queryIds: (described.parameters ?? []).filter(({ name: each, in: where, schema }) => where === 'query' && idsIn({ properties: { [each]: schema ?? {} } }, schemas).length > 0).map(({ name: each }) => each),
  };
}

/** Ids by their format or their name, however deep. */
function idsIn(schema: Schema, schemas: Schemas, path: string[] = []): string[] {
  const { allOf = [], items, properties = {}, format } = schema.$ref ? (schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}) : schema;
  const inside = [
    ...allOf.flatMap((each) => idsIn(each, schemas, path)),
    ...(items ? idsIn(items, schemas, [...path, '0']) : []),
    ...Object.entries(properties).flatMap(([name, each]) => idsIn(each, schemas, [...path, name])),
  ];
  const name = path.findLast((each) => each !== '0') ?? '';
  const isPlain = !items && allOf.length === 0 && Object.keys(properties).length === 0;
  return isPlain && (format === 'uuid' || /^ids?$|Ids?$/.test(name)) ? [path.join('.')] : inside;
}

/** The path with every {placeholder} filled by `fill(name)`. */
export function filled(path: string, fill: (placeholder: string) => string): string {
  return path.replace(/\{(\w+)\}/g, (_match, placeholder: string) => encodeURIComponent(fill(placeholder)));
}
