import type { LoggerService } from '@nestjs/common';
import { currentContext, traceIdOf } from '@aftercare/messaging';
import pino, { type DestinationStream, type Logger as PinoLogger } from 'pino';
import type { LogLevel } from './config.js';
import { postgresError } from './postgres-errors.js';

export type { PinoLogger };

/** Field names whose values never reach a log, at any depth the logger is given. */
const PERSONAL_FIELDS = ['phone', 'mobile', 'name', 'userName', 'customerName', 'contact', 'address', 'detail', 'email', 'password', 'token', 'authorization', 'cookie', 'parameters', 'driverError'];
const REDACTED = PERSONAL_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

/**
 * One JSON line per event: time, level, service, trace and request id of the running call, message.
 * Errors are reduced to what identifies them: PostgreSQL's texts repeat the values of a row, so they are left out.
 */
export function createLogger(service: string, level: LogLevel, destination?: DestinationStream): PinoLogger {
  const options = {
    level,
    base: { service, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: REDACTED, censor: '[redacted]' },
    serializers: { err: safeError },
    mixin: callIds,
  };
  return destination ? pino(options, destination) : pino(options);
}

/** The ids that tie a line to its request. */
function callIds(): Record<string, string> {
  const ctx = currentContext();
  if (!ctx) return {};
  return { traceId: traceIdOf(ctx.traceparent), requestId: ctx.requestId, userId: ctx.userId };
}

/** What of an error may be written down. */
export function safeError(error: unknown): unknown {
  const database = postgresError(error) as (Error & { code: string; constraint?: string; table?: string; routine?: string }) | null;
  if (database) {
    const { code, constraint, table, routine } = database;
    return { type: 'PostgresError', code, constraint, table, routine, stack: framesOf(error) };
  }
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, reason } = error as { code?: unknown; reason?: unknown };
  return { type: error.name, message: error.message, code, reason, stack: framesOf(error), cause: error.cause ? safeError(error.cause) : undefined };
}

/** The stack without its first lines, which repeat the message. */
function framesOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !error.stack) return undefined;
  return error.stack.split('\n').filter((line) => line.startsWith('    at ')).join('\n');
}

/** Nest's logger over pino. */
export class NestLogger implements LoggerService {
  constructor(private readonly pinoLogger: PinoLogger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  private write(level: 'info' | 'error' | 'warn' | 'debug' | 'trace' | 'fatal', message: unknown, rest: unknown[]): void {
    const words = rest.filter((item): item is string => typeof item === 'string' && !item.includes('\n'));
    const chapter = typeof rest.at(-1) === 'string' ? words.at(-1) : undefined;
    const error = message instanceof Error ? message : rest.find((item) => item instanceof Error);
    if (error) this.pinoLogger[level]({ err: error, chapter }, typeof message === 'string' ? message : 'failed');
    else if (typeof message === 'object' && message !== null) this.pinoLogger[level]({ ...safeFields(message), chapter }, words.at(-2) ?? '');
    else this.pinoLogger[level]({ chapter }, String(message));
  }
}

/** The fields of a line; errors among them are reduced as `err` is by its serializer. */
function safeFields(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, name !== 'err' && value instanceof Error ? safeError(value) : (value as unknown)]));
}
