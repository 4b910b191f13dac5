import type { DynamicModule, ModuleMetadata, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { EntityClass } from './data-source.js';

/** A service's wiring: a Nest module class, or what defineServiceModule answers. */
export type ServiceModule = Type<unknown> | DynamicModule;

/** One service: what runService and startTestService start. */
export interface ServiceDefinition {
  /** Its name: database, queue group, log lines. */
  name: string;
  module: ServiceModule;
  /** TypeORM entities; those of defineServiceModule when absent. */
  entities?: readonly EntityClass[];
  /** The service's own migrations, after the platform's. */
  migrations: readonly unknown[];
  /** The gateway only: an HTTP interface on Fastify beside the bus. */
  http?: HttpOptions;
}

export interface HttpOptions {
  /** Options of the Fastify adapter, e.g. { bodyLimit: 1_000_000, trustProxy: true }. */
  adapter?: Record<string, unknown>;
  /** Sets pipes, filters, plugins and documentation before the application listens. */
  configure?: (app: NestFastifyApplication) => Promise<void> | void;
}

export interface ServiceModuleOptions extends ModuleMetadata {
  name: string;
  entities?: readonly EntityClass[];
}

const ENTITIES = Symbol('entities of a service module');
type WithEntities = { [ENTITIES]?: readonly EntityClass[] };

/**
 * A service's module from its parts. Database, Bus, DataSource, ServiceConfig, OperationsService and JobService come
 * with every service, so only its own controllers and providers are named. A plain `@Module` class does as well.
 */
export function defineServiceModule(options: ServiceModuleOptions): DynamicModule {
  const { name, entities, ...metadata } = options;
  const className = `${name[0]?.toUpperCase()}${name.slice(1)}Module`;
  const module = { [className]: class {} }[className] as Type<unknown> & WithEntities;
  module[ENTITIES] = entities;
  return { module, ...metadata };
}

/** The entities of a definition, wherever they were named. */
export function entitiesOf(definition: ServiceDefinition): readonly EntityClass[] {
  if (definition.entities) return definition.entities;
  const module = 'module' in definition.module ? definition.module.module : definition.module;
  return (module as WithEntities)[ENTITIES] ?? [];
}
