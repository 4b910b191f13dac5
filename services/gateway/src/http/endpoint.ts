import { applyDecorators, Get, HttpCode, Post, Put, SetMetadata } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiExtension, ApiHeader, ApiProduces } from '@nestjs/swagger';
import type { DescMessage, DescMethod } from '@bufbuild/protobuf';
import type { Action } from '../access/access-table.js';
import { namesRegions, tellsRegion } from '../regions/named-regions.js';
import { alsoAsSheet, columnsOf, headingsOf, SHEET_TYPE, writesSheets, type SheetColumns } from './sheet.js';

/** A JSON schema of an answer that no rpc describes: the gateway's own resources. */
export type AnswerSchema = Record<string, unknown>;

/** What the guard, the exporter and the document must know of an endpoint. */
export interface Endpoint {
  action: Action;
  /** The rpc whose request the body is and whose answer is passed on. */
  rpc?: DescMethod;
  /** Answer of the gateway's own endpoints. */
  answer?: AnswerSchema;
  /** Creates and money moves need an Idempotency-Key. */
  keyed: boolean;
  /** Answers { items, nextCursor }, also as a sheet. */
  list: boolean;
  /** The columns of that sheet. */
  columns?: readonly string[];
  /** Changes nothing. */
  reads: boolean;
  status: number;
}

export const ENDPOINT = 'aftercare:endpoint';

/** The rpcs that endpoints name, so that the document can describe their answers. */
export const documentedRpcs = new Map<string, DescMethod>();

/** The messages that composed answers name, so that the document describes them. */
export const describedMessages = new Set<DescMessage>();

/** The schema of a message within an answer that the gateway puts together. */
export function messageRef(message: DescMessage): AnswerSchema {
  describedMessages.add(message);
  return { $ref: `#/components/schemas/${message.name}` };
}

/** The full name of an rpc, e.g. 'aftercare.parts.v1.PartsRequestService.SubmitPartsRequest'. */
export const rpcName = (rpc: DescMethod): string => `${rpc.parent.typeName}.${rpc.name}`;

type Described = DescMethod | AnswerSchema;
const isRpc = (described: Described): described is DescMethod => (described as DescMethod).kind === 'rpc';

function endpoint(route: MethodDecorator, described: Described, how: Omit<Endpoint, 'rpc' | 'answer'>): MethodDecorator {
  const rpc = isRpc(described) ? described : undefined;
  if (rpc) documentedRpcs.set(rpcName(rpc), rpc);
  const metadata: Endpoint = rpc ? { ...how, rpc } : { ...how, answer: described as AnswerSchema };
  return applyDecorators(
    route,
    HttpCode(how.status),
    SetMetadata(ENDPOINT, metadata),
    ApiExtension('x-action', how.action),
    ...(rpc ? [ApiExtension('x-rpc', rpcName(rpc))] : [ApiExtension('x-answer', described)]),
    ...(rpc && tellsRegion(rpc.output) ? [namesRegions()] : []),
    ...(how.keyed ? [ApiHeader({ name: 'Idempotency-Key', required: true, schema: { type: 'string', minLength: 1, maxLength: 200 } })] : []),
  );
}

const binary = { type: 'string', format: 'binary' };
const reading = { keyed: false, list: false, reads: true, status: 200 };
const changing = { keyed: false, list: false, reads: false, status: 200 };

/** GET of one document or figure. */
export const Read = (path: string, action: Action, answer: Described): MethodDecorator => endpoint(Get(path), answer, { ...reading, action });

/** GET of a page; `?format=xlsx` answers all pages as a sheet, with code and name beside the id of a dealer in `dealerIn`. */
export const List = (path: string, action: Action, answer: Described, { dealerIn }: Pick<SheetColumns, 'dealerIn'> = {}): MethodDecorator =>
  (target, key, descriptor) => {
    const keys = columnsOf(answer, dealerIn);
    alsoAsSheet(target, descriptor as { value?: unknown } as Parameters<typeof alsoAsSheet>[1], { path, keys, headings: headingsOf(answer, dealerIn), dealerIn });
    writesSheets()(target, key, descriptor);
    ApiExtension('x-sheet', { [SHEET_TYPE]: { schema: binary } })(target, key, descriptor);
    endpoint(Get(path), answer, { ...reading, action, list: true, columns: keys })(target, key, descriptor);
  };

/** POST that creates a document; needs an Idempotency-Key and answers 201. */
export const Create = (path: string, action: Action, answer: Described): MethodDecorator =>
  endpoint(Post(path), answer, { ...changing, action, keyed: true, status: 201 });

/** POST that changes a state based on a version. */
export const Change = (path: string, action: Action, answer: Described): MethodDecorator => endpoint(Post(path), answer, { ...changing, action });

/** POST that moves money or opens a further document; needs an Idempotency-Key as well. */
export const ChangeOnce = (path: string, action: Action, answer: Described): MethodDecorator =>
  endpoint(Post(path), answer, { ...changing, action, keyed: true });

/** POST that only computes or shows: allowed wherever reading is. */
export const Ask = (path: string, action: Action, answer: Described): MethodDecorator => endpoint(Post(path), answer, { ...reading, action });

/** POST that begins long work which changes no document, a print: allowed wherever reading is; answers 202 with the job. */
export const Begin = (path: string, action: Action, answer: AnswerSchema): MethodDecorator => endpoint(Post(path), answer, { ...reading, action, status: 202 });

/** POST that begins long work which opens or moves documents; needs an Idempotency-Key and answers 202 with the job. */
export const BeginOnce = (path: string, action: Action, answer: AnswerSchema): MethodDecorator =>
  endpoint(Post(path), answer, { ...changing, action, keyed: true, status: 202 });

/** PUT of a document's data based on a version. */
export const Replace = (path: string, action: Action, answer: Described): MethodDecorator => endpoint(Put(path), answer, { ...changing, action });

/** PUT of a dated value; needs an Idempotency-Key. */
export const ReplaceOnce = (path: string, action: Action, answer: Described): MethodDecorator =>
  endpoint(Put(path), answer, { ...changing, action, keyed: true });

/** POST of a file in the field "file"; needs an Idempotency-Key and answers 201, or 202 for work that goes on. */
export const Upload = (path: string, action: Action, answer: AnswerSchema, status: 201 | 202 = 201): MethodDecorator =>
  upload(path, answer, { action, keyed: true, status });

/** As Upload, by somebody without an account, whose keys nobody could tell from another's. */
export const PublicUpload = (path: string, action: Action, answer: AnswerSchema): MethodDecorator => upload(path, answer, { action, keyed: false, status: 201 });

function upload(path: string, answer: AnswerSchema, how: Pick<Endpoint, 'action' | 'keyed' | 'status'>): MethodDecorator {
  return applyDecorators(
    endpoint(Post(path), answer, { ...changing, ...how }),
    ApiConsumes('multipart/form-data'),
    ApiBody({ required: true, schema: { type: 'object', properties: { file: binary }, required: ['file'] } }),
  );
}

/** GET of a file. */
export const Download = (path: string, action: Action): MethodDecorator =>
  applyDecorators(endpoint(Get(path), binary, { ...reading, action }), ApiProduces('application/octet-stream'));

/** POST that shows a file made for the asking: allowed wherever reading is. */
export const AskFile = (path: string, action: Action, contentType: string): MethodDecorator =>
  applyDecorators(endpoint(Post(path), binary, { ...reading, action }), ApiProduces(contentType));

const pdf = { ...binary, contentMediaType: 'application/pdf' };

/** GET of a document as a paper form. */
export const Print = (path: string, action: Action): MethodDecorator =>
  applyDecorators(endpoint(Get(path), pdf, { ...reading, action }), ApiProduces(pdf.contentMediaType));

/** POST with a reason that prints masked values as they are: a reveal, logged by the service that owns them (C-5). */
export const PrintRevealed = (path: string, action: Action): MethodDecorator =>
  applyDecorators(endpoint(Post(path), pdf, { ...reading, action }), ApiProduces(pdf.contentMediaType));
