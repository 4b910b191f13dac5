import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { SERVICE_CONFIG } from '@aftercare/service';
import { controllers } from '../gateway.module.js';
import { SpreadsheetPort } from '../imports/spreadsheet.port.js';
import { API_PREFIX, HEALTH_PATHS } from '../http/app.js';
import { GATEWAY_SETTINGS } from '../http/gateway-settings.js';
import { buildDocument } from './document.js';

/** What the controllers and their guards ask for, as empty places: the document looks at their declarations only. */
const needs = new Set(controllers.flatMap((controller) => (Reflect.getMetadata('design:paramtypes', controller) ?? []) as (abstract new () => object)[]));
const providers = [SERVICE_CONFIG, GATEWAY_SETTINGS, SpreadsheetPort, ...needs].map((provide) => ({ provide, useValue: {} }));

@Module({ controllers, providers })
class Review {}

/** The document as it is committed, from the controllers alone: nothing they need is started. */
export async function documentForReview(): Promise<string> {
  const app = await NestFactory.create(Review, new FastifyAdapter(), { logger: false, abortOnError: false });
  app.setGlobalPrefix(API_PREFIX, { exclude: HEALTH_PATHS });
  const document = buildDocument(app);
  await app.close();
  return `${JSON.stringify(document, null, 2)}\n`;
}
