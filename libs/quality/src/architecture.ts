import ts from 'typescript';

/** A hand-written file: its path from the root and its text. */
export interface Source {
  path: string;
  text: string;
}

/** An rpc service of the contracts: "aftercare.parts.v1.PartsRequestService" and its methods in camelCase. */
export interface RpcService {
  typeName: string;
  name: string;
  methods: string[];
}

/** One line of libs/contracts/src/event-map.ts. */
export interface EventEntry {
  tellers: readonly string[];
  listeners: readonly string[];
  why?: string;
}

/** Specs and what they share. */
const isSpec = (path: string): boolean => /\.(spec|fixture)\.ts$|\/src\/spec(-support)?\//.test(path);

/** Folder of a source's owner: "services/parts", "libs/messaging". */
const ownerOf = (path: string): string => path.split('/').slice(0, 2).join('/');

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');

function mentions(sources: Source[], pattern: RegExp): { path: string; found: string }[] {
  return sources.flatMap(({ path, text }) =>
    [...withoutComments(text).matchAll(pattern)].map((match) => ({ path, found: match.slice(1).join('.') })));
}

/** aftercare.<owner>.v1: the service that must serve it; common services are served by the libraries for everyone. */
function homes(typeName: string): string[] {
  const owner = typeName.split('.')[1];
  return owner === 'common' ? ['libs/service', 'libs/messaging'] : [`services/${owner}`];
}

/** Every rpc has exactly one server, in the service that owns its package, and no handler serves what is not declared. */
export function checkRpcs(declared: RpcService[], sources: Source[]): string[] {
  const running = sources.filter(({ path }) => /^(services|libs)\//.test(path) && !isSpec(path) && !path.startsWith('libs/testing/'));
  const handlers = mentions(running, /@Rpc\(\s*(\w+)\.method\.(\w+)/g);
  const known = new Set<string>();
  const problems = declared.flatMap(({ typeName, name, methods }) => methods.flatMap((method) => {
    known.add(`${name}.${method}`);
    const servers = handlers.filter(({ found }) => found === `${name}.${method}`).map(({ path }) => path);
    const strangers = servers.filter((path) => !homes(typeName).includes(ownerOf(path)));
    if (!servers.length) return [`${typeName}.${method} has no server: put @Rpc(${name}.method.${method}) on its handler in ${homes(typeName)[0]}`];
    if (servers.length > 1) return [`${typeName}.${method} has ${servers.length} servers (${servers.join(', ')}): keep one`];
    return strangers.map((path) => `${typeName}.${method} is served by ${path}: it belongs to ${homes(typeName)[0]}`);
  }));
  const unknown = handlers.filter(({ found }) => !known.has(found));
  return [...problems, ...unknown.map(({ path, found }) => `${path} serves ${found}, which no .proto declares`)];
}

const LISTENS = /@OnEvents?\(\s*(\w+)Schema\b/g;

/** What services hear by a listener of the libraries, which they name among their providers. */
function sharedListeners(running: Source[], sources: Source[]): { path: string; found: string }[] {
  const shared = sources.filter(({ path, text }) => path.startsWith('libs/service/src/') && !isSpec(path) && mentions([{ path, text }], LISTENS).length > 0);
  return shared.flatMap((source) => mentions([source], /export class (\w+)/g).flatMap(({ found: name }) =>
    running.filter(({ text }) => new RegExp(`\\b${name}\\b`).test(withoutComments(text))).flatMap(({ path }) =>
      mentions([source], LISTENS).map(({ found }) => ({ path, found })))));
}

/**
 * Every event is told and heard by exactly those whom the event map names; one without teller or listener says why.
 * `map` is keyed by full names ("aftercare.parts.v1.PartsShipped"); code names the schema ("PartsShippedSchema").
 */
export function checkEvents(map: Record<string, EventEntry>, sources: Source[]): string[] {
  const running = sources.filter(({ path }) => path.startsWith('services/') && !isSpec(path));
  const told = mentions(running, /\bannounce\(\s*(?:[\w.]+\s*,\s*)?(\w+)Schema\b/g);
  const heard = [...mentions(running, LISTENS), ...sharedListeners(running, sources)];
  const list = (names: readonly string[]): string => [...names].sort().join(', ') || 'nobody';
  const servicesOf = (found: typeof told, event: string): string =>
    list([...new Set(found.filter((each) => each.found === event).map(({ path }) => path.split('/')[1]))]);
  return Object.entries(map).flatMap(([name, entry]) => {
    const event = name.slice(name.lastIndexOf('.') + 1);
    const problems: string[] = [];
    const [tellers, listeners] = [servicesOf(told, event), servicesOf(heard, event)];
    if (tellers !== list(entry.tellers)) problems.push(`${name} is told by ${tellers}, libs/contracts/src/event-map.ts says ${list(entry.tellers)}`);
    if (listeners !== list(entry.listeners)) problems.push(`${name} is heard by ${listeners}, libs/contracts/src/event-map.ts says ${list(entry.listeners)}`);
    if ((!entry.listeners.length || !entry.tellers.length) && !entry.why) problems.push(`${name} has no teller or no listener: add it, or the reason as "why" in libs/contracts/src/event-map.ts`);
    return problems;
  });
}

const ruleId = /(?<![\w-])[WDCRPHFBKQX]-\d+[a-z]?(?![\w-])/g;

/** The rule ids a text names; "F-1 to F-5" and "W-1..W-9" name those between as well. */
export function ruleIds(text: string): string[] {
  const between = [...text.matchAll(/\b([A-Z])-(\d+)(?: to |\.\.|–)\1-(\d+)\b/g)].flatMap(([, chapter, first, last]) =>
    Array.from({ length: Math.max(0, Number(last) - Number(first) + 1) }, (_, index) => `${chapter}-${Number(first) + index}`));
  return [...new Set([...(text.match(ruleId) ?? []), ...between])];
}

/** The ids a service's page lists: bold at the start of an item under "## Rules". */
export function listedRules(readme: string): string[] {
  const section = /^## Rules$([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(readme)?.[1] ?? '';
  return [...section.matchAll(/^- ((?:\*\*[^*]+\*\*[,/ and]*)+)/gm)].flatMap(([, head]) => ruleIds(head));
}

/** The titles of tests in a spec, and of a story's steps, which it tells as it goes, as written. */
export function testTitles({ path, text }: Source): string[] {
  const titles: string[] = [];
  const titled = path.startsWith('e2e/') ? /^(it|test|describe)\b|(^|\.)tell$/ : /^(it|test|describe)\b/;
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && titled.test(node.expression.getText())) {
      const [title] = node.arguments;
      if (title && (ts.isStringLiteralLike(title) || ts.isTemplateExpression(title))) titles.push(title.getText());
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  return titles;
}

/** Ids in a service's code, its page and its tests (or the stories') agree: nothing implemented in silence or only claimed. */
export function checkRules(service: string, sources: Source[]): string[] {
  const own = sources.filter(({ path }) => path.startsWith(`services/${service}/`));
  const code = own.filter(({ path }) => path.endsWith('.ts') && !isSpec(path));
  const tests = sources.filter(({ path }) => path.endsWith('.ts') && (path.startsWith('e2e/') || (path.startsWith(`services/${service}/`) && isSpec(path))));
  const readme = own.find(({ path }) => path === `services/${service}/README.md`)?.text ?? '';
  const inCode = new Map(code.flatMap(({ path, text }) => ruleIds(text).map((id) => [id, path] as const)));
  const listed = new Set(listedRules(readme));
  const tested = new Set(tests.flatMap(testTitles).flatMap(ruleIds));
  return [
    ...[...inCode].filter(([id]) => !listed.has(id)).map(([id, path]) => `${path} names ${id}: list it under "## Rules" in services/${service}/README.md`),
    ...[...inCode].filter(([id]) => !tested.has(id)).map(([id, path]) => `${path} names ${id}: no test title of ${service} or e2e does`),
    ...[...listed].filter((id) => !tested.has(id) && !inCode.has(id)).map((id) => `services/${service}/README.md lists ${id}: no test title of ${service} or e2e names it`),
  ];
}

/** Subjects are derived from the contract; nobody but the library and the broker's permissions spells one. */
export function checkSubjects(sources: Source[]): string[] {
  return sources
    .filter(({ path }) => /\.(ts|mjs|cjs)$/.test(path) && !/^(libs\/(messaging|testing|quality)|deploy)\//.test(path))
    .flatMap(({ path, text }) => text.split('\n').flatMap((line, index) =>
      (/['"`](rpc|evt)\.(aftercare|\$\{|>)/.test(line) ? [`${path}:${index + 1} spells a subject: take rpcSubject(method) or eventSubject(schema)`] : [])));
}
