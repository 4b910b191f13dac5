import type { FastifyInstance } from 'fastify';

/** Remembers which methods each address takes, so that a wrong method is told apart from a wrong address. */
export class KnownRoutes {
  private readonly routes: { pattern: RegExp; method: string }[] = [];

  watch(instance: FastifyInstance): void {
    instance.addHook('onRoute', ({ method, url }) => {
      if (url.includes('*')) return;
      const pattern = new RegExp(`^${url.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : escape(part))).join('/')}$`);
      for (const each of [method].flat()) this.routes.push({ pattern, method: each });
    });
  }

  methodsOf(url: string): string[] {
    const path = url.split('?')[0];
    return [...new Set(this.routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))].sort();
  }
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
