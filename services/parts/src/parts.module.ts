import { defineServiceModule, type ServiceDefinition } from '@aftercare/service';
import { controllers, entities, providers } from './chapters.js';
import { migrations } from './migrations/index.js';

/** Parts: catalogue, prices, stock, requests, picking, shipping, returns, obligations and charge slips. */
export const PartsModule = defineServiceModule({ name: 'parts', entities, controllers, providers });

/** The service as it is started, by main.ts and by specs. */
export const definition: ServiceDefinition = { name: 'parts', module: PartsModule, entities, migrations };
