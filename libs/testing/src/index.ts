/** Real services on real servers for specs. */
export * from './canary.js';
export * from './contexts.js';
export * from './fakes.js';
export * from './list-plan.js';
export * from './test-servers.js';
export * from './test-service.js';
export { drained } from './drain.js';
export * from './schema-check.js';
export { TcpProxy } from './tcp-proxy.js';
export * from './run-import.js';
