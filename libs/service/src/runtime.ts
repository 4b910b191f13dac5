import type { Messaging } from '@aftercare/messaging';
import type { HealthServer } from './health.js';
import type { Metrics } from './metrics.js';

/** What only exists once the application is built; injected by what uses it later. */
export class Runtime {
  messaging: Messaging;
  health: HealthServer;
  /** There from the start. */
  metrics: Metrics;
}
