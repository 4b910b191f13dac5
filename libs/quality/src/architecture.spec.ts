import * as contracts from '@aftercare/contracts';
import { checkEvents, checkRpcs, checkRules, checkSubjects, listedRules, ruleIds, type EventEntry, type RpcService, type Source } from './architecture.js';
import { filesUnder, root, services, textOf } from './files.js';

const sources: Source[] = filesUnder(root)
  .filter((path) => /^(libs|services|e2e|deploy)\/.*(\.(ts|mjs|cjs)|README\.md)$/.test(path))
  .map((path) => ({ path, text: textOf(path) }));

interface Described {
  kind?: string;
  typeName: string;
  name: string;
  methods: { localName: string }[];
}
const rpcServices: RpcService[] = (Object.values(contracts) as unknown as Described[])
  .filter((value) => value?.kind === 'service')
  .map(({ typeName, name, methods }) => ({ typeName, name, methods: methods.map((method) => method.localName) }));

describe('the architecture holds', () => {
  it('sees the contracts and the code', () => {
    expect(rpcServices.length).toBeGreaterThan(20);
    expect(Object.keys(contracts.eventMap).length).toBeGreaterThan(20);
    for (const { name } of services()) expect(sources.map(({ path }) => path)).toContain(`services/${name}/src/main.ts`);
  });

  it('every rpc has exactly one server, in the service that owns it', () => {
    expect(checkRpcs(rpcServices, sources)).toEqual([]);
  });

  it('every event is told and heard as the event map says, or says why not', () => {
    expect(checkEvents(contracts.eventMap, sources)).toEqual([]);
  });

  it.each(services().map(({ name }) => name))('%s lists every rule its code names, and every one has a test', (name) => {
    expect(checkRules(name, sources)).toEqual([]);
    expect(listedRules(textOf(`services/${name}/README.md`)).length).toBeGreaterThan(0);
  });

  it('subjects are derived, never typed', () => {
    expect(checkSubjects(sources)).toEqual([]);
  });
});

describe('the check itself', () => {
  const at = (path: string, text: string): Source => ({ path, text });
  const request: RpcService = { typeName: 'aftercare.parts.v1.PartsRequestService', name: 'PartsRequestService', methods: ['submit'] };
  const handler = '@Rpc(PartsRequestService.method.submit)';

  it('accepts one server at home', () => {
    expect(checkRpcs([request], [at('services/parts/src/a.handlers.ts', handler)])).toEqual([]);
  });

  it('sees an rpc without server, with two, with a stranger as server, and a handler of nothing', () => {
    expect(checkRpcs([request], [at('services/parts/src/a.spec.ts', handler)])).toEqual([
      'aftercare.parts.v1.PartsRequestService.submit has no server: put @Rpc(PartsRequestService.method.submit) on its handler in services/parts',
    ]);
    expect(checkRpcs([request], [at('services/parts/src/a.ts', handler), at('services/parts/src/b.ts', handler)])[0]).toContain('has 2 servers');
    expect(checkRpcs([request], [at('services/dealers/src/a.ts', handler)])[0]).toContain('it belongs to services/parts');
    expect(checkRpcs([], [at('services/parts/src/a.ts', handler)])).toEqual([
      'services/parts/src/a.ts serves PartsRequestService.submit, which no .proto declares',
    ]);
  });

  const shipped = 'aftercare.parts.v1.PartsShipped';
  const map: Record<string, EventEntry> = { [shipped]: { tellers: ['parts'], listeners: ['invoicing'] } };
  const told = at('services/parts/src/a.ts', 'await tx.announce(PartsShippedSchema, { id });');
  const heard = at('services/invoicing/src/b.ts', '@OnEvent(PartsShippedSchema)');

  it('accepts an event told and heard as mapped', () => {
    expect(checkEvents(map, [told, heard])).toEqual([]);
    expect(checkEvents(map, [at(told.path, 'announce(\n  em,\n  PartsShippedSchema, payload)'), heard])).toEqual([]);
  });

  it('takes a listener of the libraries for those services that name it', () => {
    const shared = at('libs/service/src/shipped.events.ts', 'export class ShippedEvents { @OnEvents(PartsShippedSchema) hear() {} }');
    const module = at('services/invoicing/src/invoicing.module.ts', 'providers: [ShippedEvents]');
    expect(checkEvents(map, [told, shared, module])).toEqual([]);
    expect(checkEvents(map, [told, shared])).toHaveLength(1);
    expect(checkEvents(map, [told, shared, module, at('services/dealers/src/dealers.module.ts', 'providers: [ShippedEvents]')])).toHaveLength(1);
  });

  it('sees a silent teller, a deaf and an unmapped listener, and a missing reason', () => {
    expect(checkEvents(map, [heard])).toEqual([`${shipped} is told by nobody, libs/contracts/src/event-map.ts says parts`]);
    expect(checkEvents(map, [told])).toEqual([`${shipped} is heard by nobody, libs/contracts/src/event-map.ts says invoicing`]);
    expect(checkEvents(map, [told, heard, at('services/dealers/src/c.ts', '@OnEvent(PartsShippedSchema)')])).toHaveLength(1);
    expect(checkEvents({ [shipped]: { tellers: ['parts'], listeners: [] } }, [told])[0]).toContain('"why"');
    expect(checkEvents({ [shipped]: { tellers: ['parts'], listeners: [], why: 'kept for figures' } }, [told])).toEqual([]);
  });

  it('sees a rule without page, one without test, and a claim that nothing proves', () => {
    const page = at('services/parts/README.md', '# parts\n\n## Rules\n\n- **P-5** Quotes hold 15 days.\n- **P-6**, **P-7** Shipping.\n\n## Else\n\n- **P-9** not a rule line\n');
    const code = at('services/parts/src/a.ts', '/** P-5: the quote; H-1a opens it. UTF-8, SHA-256 and X-Request-Id are no rules. */');
    const spec = at('services/parts/src/a.spec.ts', "it('P-5: a quote holds 15 days', () => {}); // H-1a in a comment is no title");
    expect(listedRules(page.text)).toEqual(['P-5', 'P-6', 'P-7']);
    expect(checkRules('parts', [page, code, spec])).toEqual([
      'services/parts/src/a.ts names H-1a: list it under "## Rules" in services/parts/README.md',
      'services/parts/src/a.ts names H-1a: no test title of parts or e2e does',
      'services/parts/README.md lists P-6: no test title of parts or e2e names it',
      'services/parts/README.md lists P-7: no test title of parts or e2e names it',
    ]);
    const story = at('e2e/loop.story.ts', "stage.tell(`H-1a: ${part} is owed`, part); describe('P-6 and P-7', () => {});");
    expect(checkRules('parts', [page, code, spec, story])).toEqual(['services/parts/src/a.ts names H-1a: list it under "## Rules" in services/parts/README.md']);
  });

  it('reads a range of rules as all of them', () => {
    expect(ruleIds('F-1 to F-3, W-1..W-3 and H-1a')).toEqual(expect.arrayContaining(['F-1', 'F-2', 'F-3', 'H-1a', 'W-1', 'W-2', 'W-3']));
    expect(ruleIds('F-1 to F-3')).toHaveLength(3);
  });

  it('sees a subject typed by hand', () => {
    const subject = ["'ev", "t.aftercare.parts.v1.PartsShipped'"].join('');
    expect(checkSubjects([at('services/parts/src/a.ts', `js.publish(${subject})`), at('libs/messaging/src/a.ts', subject)])).toEqual([
      'services/parts/src/a.ts:1 spells a subject: take rpcSubject(method) or eventSubject(schema)',
    ]);
  });
});
