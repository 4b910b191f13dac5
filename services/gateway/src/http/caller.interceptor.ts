import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { runInContext } from '@aftercare/messaging';
import type { FastifyReply } from 'fastify';
import { Observable } from 'rxjs';
import type { CallerRequest } from './caller.js';

/** Runs the handler as its caller, so that bus and database know who asks; answers are JSON text that nobody parses again. */
@Injectable()
export class CallerInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const http = context.switchToHttp();
    const { caller } = http.getRequest<CallerRequest>();
    if (!caller) return next.handle();
    const reply = http.getResponse<FastifyReply>();
    void reply.header('content-type', 'application/json; charset=utf-8').header('x-request-id', caller.requestId).header('cache-control', 'no-store');
    return new Observable((subscriber) => runInContext(caller, () => next.handle().subscribe(subscriber)));
  }
}
