import 'reflect-metadata';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { getMetadataStorage } from 'class-validator';
import { ENDPOINT, type Endpoint } from '../http/endpoint.js';

type Class = abstract new (...args: never[]) => object;

/** A route as the controllers declare it. */
export interface DeclaredEndpoint {
  name: string;
  path: string;
  endpoint?: Endpoint;
  body?: Class;
  query?: Class;
}

/** Every route of the controllers. */
export function endpointsOf(controllers: readonly (new (...args: never[]) => object)[]): DeclaredEndpoint[] {
  return controllers.flatMap((controller) => {
    const base = String(Reflect.getMetadata(PATH_METADATA, controller));
    return Object.getOwnPropertyNames(controller.prototype).flatMap((key) => {
      const handler = (controller.prototype as Record<string, object>)[key];
      if (typeof handler !== 'function' || Reflect.getMetadata(METHOD_METADATA, handler) === undefined) return [];
      const types = parametersOf(controller, key);
      return [{
        name: `${controller.name}.${key}`,
        path: `${base}/${String(Reflect.getMetadata(PATH_METADATA, handler))}`,
        endpoint: Reflect.getMetadata(ENDPOINT, handler) as Endpoint | undefined,
        body: types.get(RouteParamtypes.BODY),
        query: types.get(RouteParamtypes.QUERY),
      }];
    });
  });
}

function parametersOf(controller: Class, key: string): Map<number, Class> {
  const args = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, key) ?? {}) as Record<string, { index: number }>;
  const types = (Reflect.getMetadata('design:paramtypes', controller.prototype as object, key) ?? []) as Class[];
  return new Map(Object.entries(args).map(([name, { index }]) => [Number(name.split(':')[0]), types[index]]));
}

/** Names of the fields a class checks, with the class of nested ones. */
function checkedFields(dto: Class): Set<string> {
  const storage = getMetadataStorage();
  return new Set(storage.getTargetValidationMetadatas(dto, '', false, false).map(({ propertyName }) => propertyName));
}

const PAGE_FIELDS = ['limit', 'cursor', 'sort', 'format'];
/** Requests made by hand: the report that is added to, the unit's coverage, a look-up for no document, and the service that is asked. */
const COMPOSED = ['MonthlyReportsController.addInstallation', 'ProductUnitsController.coverage', 'ProductUnitsController.bySerial', 'AuditController.list', 'DeadLettersController.list'];

/** What is wrong between an endpoint's classes and the request of its rpc. */
export function dtoProblems({ name, path, endpoint, body, query }: DeclaredEndpoint): string[] {
  if (!endpoint?.rpc || COMPOSED.includes(name)) return [];
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, field]) => field);
  const wanted = endpoint.rpc.input.fields.flatMap((field) => (isPage(field) ? PAGE_FIELDS : [field.localName])).filter((field) => !inPath.includes(field));
  const has = [...(body ? checkedFields(body) : []), ...(query ? checkedFields(query) : [])];
  const missing = wanted.filter((field) => !has.includes(field)).map((field) => `${name} lacks ${field}`);
  const extra = has.filter((field) => !wanted.includes(field)).map((field) => `${name} has ${field}, which ${endpoint.rpc?.input.name} has not`);
  return [...missing, ...extra, ...(body ? nestedProblems(name, body, endpoint.rpc.input) : [])];
}

const isPage = (field: DescField): boolean => field.fieldKind === 'message' && field.message.name === 'PageRequest';

/** Nested classes are found by what class-transformer was told. */
function nestedProblems(name: string, dto: Class, message: DescMessage): string[] {
  return message.fields.flatMap((field) => {
    const inner = field.fieldKind === 'message' ? field.message : field.fieldKind === 'list' && field.listKind === 'message' ? field.message : undefined;
    const type = inner && nestedClass(dto, field.localName);
    if (!inner || !type) return [];
    const has = [...checkedFields(type)].sort();
    const wanted = inner.fields.map(({ localName }) => localName).sort();
    const wrong = has.join() === wanted.join() ? [] : [`${name}.${field.localName} has ${has.join()}, ${inner.name} has ${wanted.join()}`];
    return [...wrong, ...nestedProblems(`${name}.${field.localName}`, type, inner)];
  });
}

function nestedClass(dto: Class, property: string): Class | undefined {
  for (let target: object | null = dto; target && target !== Function.prototype; target = Object.getPrototypeOf(target) as object | null) {
    const found = transformer.findTypeMetadata(target as Class, property) as { typeFunction(): Class } | undefined;
    if (found) return found.typeFunction();
  }
  return undefined;
}

const { defaultMetadataStorage: transformer } = require('class-transformer/cjs/storage') as { defaultMetadataStorage: { findTypeMetadata(target: Class, property: string): unknown } };
