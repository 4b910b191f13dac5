import { Injectable, UseInterceptors, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { DescMessage } from '@bufbuild/protobuf';
import { callContext } from '@aftercare/messaging';
import { mergeMap, type Observable } from 'rxjs';
import { regionNames, type NameRegion } from './region-names.js';

export const REGION_CODE = 'regionCode';
/** The field that the gateway puts beside each code, in the reader's language. */
export const REGION_NAME = 'regionName';
/** Within a text of JSON the quotes have a backslash, so this is found nowhere but where a field is; PostgreSQL writes it with spaces. */
const CODE_FIELD = /"regionCode" ?: ?"(\d{6})"/g;

/** JSON with the name of each region beside its code. */
export const withRegionNames = (json: string, name: NameRegion): string =>
  json.replace(CODE_FIELD, (field, code: string) => {
    const named = name(code);
    return named === '' ? field : `${field},"${REGION_NAME}":${JSON.stringify(named)}`;
  });

/** True for a message that holds the code of a region, however deep. */
export function tellsRegion(message: DescMessage, above: readonly DescMessage[] = []): boolean {
  if (above.includes(message)) return false;
  return message.fields.some((field) => {
    if (field.jsonName === REGION_CODE) return true;
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
