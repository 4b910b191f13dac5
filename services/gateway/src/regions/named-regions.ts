import { Injectable, UseInterceptors, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { callContext } from '@aftercare/messaging';
import { mergeMap, type Observable } from 'rxjs';
import { regionNames, type NameRegion } from './region-names.js';

export const REGION_CODE = 'regionCode';
/** The field that the gateway puts beside each code, in the reader's language. */
export const REGION_NAME = 'regionName';
export const TERRITORY_CODES = 'territoryRegionCodes';
/** The names of a territory in the order of its codes; empty where a code has none. */
export const TERRITORY_NAMES = 'territoryRegionNames';
/** Figures by region or by family: of those by region the key is a code. */
const GROUP = 'aftercare.insights.v1.CallGroup';
/** Within a text of JSON the quotes have a backslash, so this is found nowhere but where a field is; PostgreSQL writes it with spaces. */
const CODE_FIELD = /"regionCode" ?: ?"(\d{6})"/g;
const TERRITORY_FIELD = /"territoryRegionCodes" ?: ?(\[[^\]]*\])/g;
const GROUPS_FIELD = /"regions" ?: ?\[[^\]]*\]/g;
const GROUP_KEY = /"key" ?: ?"(\d{6})"/g;

/** JSON with the name of each region beside its code. */
export function withRegionNames(json: string, name: NameRegion): string {
  const named = (field: string, code: string): string => (name(code) === '' ? field : `${field},"${REGION_NAME}":${JSON.stringify(name(code))}`);
  return json
    .replace(CODE_FIELD, named)
    .replace(GROUPS_FIELD, (groups) => groups.replace(GROUP_KEY, named))
    .replace(TERRITORY_FIELD, (field, codes: string) => `${field},"${TERRITORY_NAMES}":${JSON.stringify((JSON.parse(codes) as string[]).map(name))}`);
}

/** The field that stands beside this one with what its regions are called. */
export function nameField(message: DescMessage, field: DescField): typeof REGION_NAME | typeof TERRITORY_NAMES | undefined {
  if (field.jsonName === TERRITORY_CODES) return TERRITORY_NAMES;
  return field.jsonName === REGION_CODE || (message.typeName === GROUP && field.jsonName === 'key') ? REGION_NAME : undefined;
}

/** True for a message that holds the code of a region, however deep. */
export function tellsRegion(message: DescMessage, above: readonly DescMessage[] = []): boolean {
  if (above.includes(message)) return false;
  return message.fields.some((field) => {
    if (nameField(message, field)) return true;
    const inner = field.fieldKind === 'message' || (field.fieldKind === 'list' && field.listKind === 'message') ? field.message : undefined;
    return inner !== undefined && tellsRegion(inner, [...above, message]);
  });
}

/** D-1: names the regions of what a service answered; services know the codes only. */
@Injectable()
class RegionNamer implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(mergeMap((answer) => this.named(answer)));
  }

  private async named(answer: unknown): Promise<unknown> {
    if (!Buffer.isBuffer(answer)) return answer;
    return Buffer.from(withRegionNames(answer.toString('utf8'), await regionNames(callContext().locale)));
  }
}

/** Puts the names of regions into the answers of an endpoint. */
export const namesRegions = (): MethodDecorator => UseInterceptors(RegionNamer);
