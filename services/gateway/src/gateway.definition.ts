import type { ServiceDefinition } from '@aftercare/service';
import { GatewayModule } from './gateway.module.js';
import { adapterOptions, configureHttp } from './http/app.js';
import { readGatewaySettings } from './http/gateway-settings.js';
import { migrations } from './migrations/index.js';

/** The gateway as runService and specs start it. */
export function gatewayDefinition(): ServiceDefinition {
  return {
    name: 'gateway',
    module: GatewayModule,
    entities: [],
    migrations,
    http: { adapter: adapterOptions(readGatewaySettings()), configure: configureHttp },
  };
}
