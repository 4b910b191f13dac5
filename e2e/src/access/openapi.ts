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
}

interface Described {
  'x-action'?: string;
  'x-roles'?: string[] | string;
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: { $ref?: string } }> };
}

const PREFIX = '/api/v1';

/** All operations below /api/v1 of a running gateway. */
export async function operationsOf(url: string): Promise<Operation[]> {
  const response = await fetch(`${url}/api/openapi.json`);
  const { paths } = (await response.json()) as { paths: Record<string, Record<string, Described>> };
  return Object.entries(paths)
    .filter(([path]) => path.startsWith(PREFIX))
    .flatMap(([path, methods]) => Object.entries(methods).map(([method, described]) => operationOf(path, method, described)));
}

function operationOf(path: string, method: string, described: Described): Operation {
  const content = described.requestBody?.content ?? {};
  const roles = described['x-roles'];
  const below = path.slice(PREFIX.length);
  return {
    name: `${method.toUpperCase()} ${below}`,
    method: method.toUpperCase(),
    path: below,
    action: described['x-action'] ?? '',
    roles: Array.isArray(roles) && !roles.includes('public') ? roles : 'public',
    keyed: (described.parameters ?? []).some(({ name }) => name === 'Idempotency-Key'),
    bodySchema: content['application/json']?.schema.$ref?.split('/').at(-1) ?? null,
    isForm: 'multipart/form-data' in content,
  };
}

/** The path with every {placeholder} filled by `fill(name)`. */
export function filled(path: string, fill: (placeholder: string) => string): string {
  return path.replace(/\{(\w+)\}/g, (_match, placeholder: string) => encodeURIComponent(fill(placeholder)));
}
