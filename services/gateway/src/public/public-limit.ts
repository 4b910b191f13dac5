import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../http/gateway-settings.js';
import { RateLimit } from '../http/rate-limit.js';

/** How often one address may ask or send something by a label's link, whatever it is: it counts before the body is looked at. Errors: RATE_LIMITED. */
@Injectable()
export class PublicLimit implements CanActivate {
  private readonly addresses: RateLimit;

  constructor(@Inject(GATEWAY_SETTINGS) settings: GatewaySettings) {
    this.addresses = new RateLimit(settings.publicPerMinute);
  }

  canActivate(context: ExecutionContext): boolean {
    this.count(context.switchToHttp().getRequest<FastifyRequest>().ip);
    return true;
  }

  count(address: string): void {
    this.addresses.count(address);
  }
}
