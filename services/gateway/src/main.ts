import 'reflect-metadata';
import { runService } from '@aftercare/service';
import { createFirstAdmin } from './auth/first-admin.js';
import { gatewayDefinition } from './gateway.definition.js';

void (process.argv.includes('--create-admin') ? createFirstAdmin() : runService(gatewayDefinition()));
