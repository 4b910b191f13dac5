import { Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../http/gateway-settings.js';
import { RateLimit } from '../http/rate-limit.js';

/** How often one address may ask or send something by a label's link, whatever it is. Errors: RATE_LIMITED. */
@Injectable()
export class PublicLimit {
  private readonly addresses: RateLimit;

  constructor(@Inject(GATEWAY_SETTINGS) settings: GatewaySettings) {
    this.addresses = new RateLimit(settings.publicPerMinute);
  }

  count(address: string): void {
    this.addresses.count(address);
  }
}

/** Counts each request below a path before its body is read: what cannot be read counts as well. */
export function countBelow(instance: FastifyInstance, path: string, limit: PublicLimit): void {
  instance.addHook('onRequest', (request, _reply, done) => {
    try {
      if (request.routeOptions.url?.startsWith(path)) limit.count(request.ip);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
}
