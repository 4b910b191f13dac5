import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { buildDocument } from './document.js';

const FOLDER = dirname(require.resolve('swagger-ui-dist/package.json'));

/** The files of Swagger UI that are served, from the box and not from elsewhere. */
const FILES: Record<string, string> = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
  'favicon-32x32.png': 'image/png',
};

const PAGE = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>Aftercare API</title>
  <link rel="stylesheet" href="/api/docs/swagger-ui.css">
  <link rel="icon" href="/api/docs/favicon-32x32.png">
</head>
<body>
  <div id="ui"></div>
  <script src="/api/docs/swagger-ui-bundle.js"></script>
  <script src="/api/docs/start.js"></script>
</body>
</html>
`;

const START = `window.ui = SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#ui', deepLinking: true, withCredentials: true });\n`;

/** Serves the OpenAPI document and Swagger UI. The document is built at its first use. */
export function serveDocument(app: INestApplication, instance: FastifyInstance): void {
  let document: string | undefined;
  instance.get('/api/openapi.json', (_request, reply) =>
    reply.type('application/json; charset=utf-8').send((document ??= JSON.stringify(buildDocument(app)))));
  instance.get('/api/docs', (_request, reply) => reply.type('text/html; charset=utf-8').send(PAGE));
  instance.get('/api/docs/start.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(START));
  for (const [name, type] of Object.entries(FILES)) {
    instance.get(`/api/docs/${name}`, (_request, reply) => reply.type(type).send(readFileSync(join(FOLDER, name))));
  }
}
