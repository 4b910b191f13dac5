/** Rpc, events, outbox, inbox, deadlines and service errors: everything that crosses a process. */
export * from './caller/call-context.js';
export * from './caller/identity.js';
export { HEADER, callHeaders, contextFromHeaders } from './caller/headers.js';
export * from './errors/service-error.js';
export { errorFromWire, errorToWire } from './errors/wire-error.js';
export { enableTracing, newTraceparent, traceIdOf, traced } from './tracing.js';
export * from './rpc/subjects.js';
export { JsonText, RethrowFilter, Rpc, type Handlers } from './rpc/rpc.decorator.js';
export { BusConnection, type ConnectOptions } from './rpc/connection.js';
export { Bus, type BusOptions, type CallOptions, type Client, type UnaryMethod } from './rpc/bus.js';
export { BusServer, decodeBody, type BusServerOptions } from './rpc/bus-server.js';
export { messagingTables } from './events/tables.js';
export { announce, announceStatement, type PreparedStatement, type Sql } from './events/announce.js';
export { cancelDeadline, scheduleDeadline, type Deadline, type DeadlineInput } from './deadlines/deadline.js';
