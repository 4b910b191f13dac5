import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { accessTable, isPublic, rolesOf, type Action } from '../access/access-table.js';
import { describedMessages, documentedRpcs } from '../http/endpoint.js';
import { MessageSchemas, type Schema } from './message-schemas.js';
import { problemResponses, problemSchema } from './problem-schema.js';

const METHODS = ['get', 'post', 'put'] as const;
const SESSION = 'session';

interface Operation {
  operationId: string;
  tags?: string[];
  summary?: string;
  parameters?: { in: string; name: string }[];
  requestBody?: unknown;
  responses: Record<string, unknown>;
  security?: unknown[];
  'x-action': Action;
  'x-roles'?: readonly string[];
  'x-rpc'?: string;
  'x-answer'?: Schema;
  'x-sheet'?: Record<string, unknown>;
}

/** The OpenAPI 3.1 document: bodies from the DTO classes, answers from the messages' descriptors, roles from the access table. */
export function buildDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Aftercare')
    .setDescription('After-sales platform: repair calls, spare parts issued, returned and charged, invoicing. Errors are RFC 9457 problem documents.')
    .setVersion('1')
    .addCookieAuth('aftercare_session', { type: 'apiKey', in: 'cookie' }, SESSION)
    .build();
  const document = SwaggerModule.createDocument(app, config, { operationIdFactory: (controller, method) => `${operationGroup(controller)}_${method}` });
  // The bodies' classes are all that is there by now; a field that nobody knows is refused.
  for (const schema of Object.values(document.components?.schemas ?? {})) Object.assign(schema, { additionalProperties: false });
  const messages = new MessageSchemas();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method] as unknown as Operation | undefined;
      if (operation) complete(operation, path, messages);
    }
  }
  for (const message of describedMessages) messages.reference(message);
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, ...messages.schemas, Problem: problemSchema } as never,
  };
  return document;
}

function operationGroup(controller: string): string {
  const name = controller.replace(/Controller$/, '');
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** Summary, answer, problems, roles: what follows from the endpoint's action and rpc. */
function complete(operation: Operation, path: string, messages: MessageSchemas): void {
  const action = operation['x-action'];
  const [status] = Object.keys(operation.responses);
  const isFile = operation['x-answer']?.format === 'binary';
  const rpc = documentedRpcs.get(operation['x-rpc'] ?? '');
  const schema = rpc ? messages.reference(rpc.output) : (operation['x-answer'] ?? {});
  const media = isFile ? String(operation['x-answer']?.contentMediaType ?? 'application/octet-stream') : 'application/json';
  operation.summary = `${rpc ? words(rpc.name) : words(operation.operationId)} (${action})`;
  operation.tags = [path.replace(/^\/api\/v1\//, '').split('/')[0] || 'health'];
  operation['x-roles'] = isPublic(action) ? ['public'] : rolesOf(action);
  operation.security = accessTable[action] === 'public' ? [] : [{ [SESSION]: [] }];
  operation.responses = { [status]: { description: 'Done', content: { [media]: { schema }, ...operation['x-sheet'] } }, ...problemResponses };
  delete operation['x-sheet'];
  delete operation['x-answer'];
}

function words(name: string): string {
  const spaced = name.replace(/_/g, ' ').replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
