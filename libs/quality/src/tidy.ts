import ts from 'typescript';

/** Style as a test: what a reviewer would say each time is said here, with the way out. */
export const limits = { functionLines: 60, fileLines: 400, parameters: 4 };

/** Written in halves, so that the check does not find itself. */
const half = (...parts: string[]): string => parts.join('');

interface TextRule {
  pattern: RegExp;
  problem: string;
  /** Paths the rule looks at; all when absent. */
  only?: RegExp;
  /** Paths where it is right to do so. */
  except?: RegExp;
}

const code = /\.(ts|mts|cts|mjs|cjs|js)$/;

const textRules: TextRule[] = [
  {
    pattern: new RegExp(`\\b(${half('TO', 'DO')}|${half('FIX', 'ME')}|${half('XX', 'X')}|${half('HA', 'CK')})\\b`),
    problem: 'leftover marker: finish it now or file an issue and remove the line',
    except: /^package-lock\.json$/,
  },
  {
    pattern: new RegExp(`\\b(it|test|describe)\\.(${half('ski', 'p')}|${half('onl', 'y')}|${half('to', 'do')})\\b|\\bx${half('it', '\\(')}`),
    problem: 'a test that is switched off or runs alone: mend it or delete it',
    only: code,
  },
  {
    pattern: new RegExp(`${half('eslint-', 'disable')}|@ts-(${half('ign', 'ore')}|${half('no', 'check')}|${half('expect-', 'error')})`),
    problem: 'a silenced check: change the code so that the check agrees',
    only: code,
  },
  {
    pattern: new RegExp(half('process', '\\.env\\b')),
    problem: 'environment read outside the configuration: add the variable to libs/service/src/config.ts and take it from Config',
    only: code,
    except: /^(libs\/service\/src\/config(\.spec)?\.ts|(deploy|e2e|libs\/quality|libs\/testing)\/)/,
  },
  {
    pattern: new RegExp(half('synchronize', ':\\s*true')),
    problem: 'tables made from entities: write a migration (npm run migration <service> <name>)',
    only: code,
  },
  {
    pattern: new RegExp(`(^|[^a-z.])/(${half('tm', 'p')}|${half('wo', 'rk')}|${half('fa', 'rm')})/[a-z]`),
    problem: 'a path of one machine: derive it from the repository, os.tmpdir() or a setting',
    except: /^package-lock\.json$/,
  },
  {
    pattern: new RegExp(`"${half('resol', 'ved')}": *"http|https?://[^/\\s"']*${half('regis', 'try')}[^/\\s"']*/`),
    problem: 'a package registry by name: .npmrc keeps hosts out of the lock file, run npm install again',
  },
  {
    pattern: new RegExp(`-----BEGIN [A-Z ]*${half('PRIVATE ', 'KEY')}-----\\s*\\S|\\b${half('AK', 'IA')}[0-9A-Z]{16}\\b|\\b${half('gh', 'p_')}[A-Za-z0-9]{36}\\b`),
    problem: 'a secret: take it out of the history and read it from a *_FILE setting',
  },
];

/** What lines of `text` say that they should not; one sentence per finding, with path and line. */
export function checkText(path: string, text: string): string[] {
  const rules = textRules.filter((rule) => (!rule.only || rule.only.test(path)) && !rule.except?.test(path));
  if (!rules.length) return [];
  return text.split('\n').flatMap((line, index) =>
    rules.filter((rule) => rule.pattern.test(line)).map((rule) => `${path}:${index + 1} ${rule.problem}`),
  );
}

type AnyFunction = ts.FunctionLikeDeclaration;

/** A `describe` block is a chapter, not a function; its tests are measured one by one. */
function isChapter(node: ts.Node): boolean {
  const call = node.parent;
  return call !== undefined && ts.isCallExpression(call) && call.expression.getText().startsWith('describe');
}

/** The row of a test table, `it.each([…])('…', (a, b, c) => …)`, is as wide as its table. */
function isTableRow(node: ts.Node): boolean {
  const call = node.parent;
  return ts.isCallExpression(call) && ts.isCallExpression(call.expression) && /\.each$/.test(call.expression.expression.getText());
}

function nameOf(node: AnyFunction): string {
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  if (node.name) return node.name.getText();
  const parent = node.parent;
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) return parent.name.getText();
  const title = ts.isCallExpression(parent) ? parent.arguments[0] : undefined;
  return title && ts.isStringLiteralLike(title) ? `'${title.text}'` : 'a function without a name';
}

/** Sizes of one source file and of every function in it. */
export function checkSizes(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const line = (position: number): number => source.getLineAndCharacterOfPosition(position).line + 1;
  const problems: string[] = [];
  const migration = path.includes('/migrations/');
  const fileLines = text.trimEnd().split('\n').length;
  if (fileLines > limits.fileLines && !migration) {
    problems.push(`${path} has ${fileLines} lines, the limit is ${limits.fileLines}: a file is a chapter, split it by subject`);
  }
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const declaration = node as AnyFunction;
      const first = line(declaration.getStart(source));
      const lines = line(declaration.getEnd()) - first + 1;
      const parameters = declaration.parameters.length;
      if (lines > limits.functionLines && !isChapter(declaration) && !migration) {
        problems.push(`${path}:${first} ${nameOf(declaration)} has ${lines} lines, the limit is ${limits.functionLines}: name its steps as functions of their own`);
      }
      if (parameters > limits.parameters && !isTableRow(declaration)) {
        problems.push(`${path}:${first} ${nameOf(declaration)} takes ${parameters} parameters, the limit is ${limits.parameters}: hand over one object`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return problems;
}

/** What the tree of files itself must have: a page and tags per service, a spec per rules file, no empty spec. */
export function checkTree(files: string[], read: (path: string) => string): string[] {
  const present = new Set(files);
  const problems: string[] = [];
  for (const { name } of JSON.parse(read('deploy/services.json')) as { name: string }[]) {
    const folder = `services/${name}`;
    for (const needed of ['README.md', 'project.json', 'package.json', 'src/main.ts', `src/${name}.module.ts`]) {
      if (!present.has(`${folder}/${needed}`)) problems.push(`${folder}/${needed} is missing: every service has one`);
    }
    const tags = present.has(`${folder}/project.json`) ? (JSON.parse(read(`${folder}/project.json`)) as { tags?: string[] }).tags : [];
    for (const tag of [`scope:${name}`, 'type:service']) {
      if (!tags?.includes(tag)) problems.push(`${folder}/project.json lacks the tag ${tag}: without it the boundaries do not see the service`);
    }
  }
  for (const path of files) {
    const spec = path.replace(/\.rules\.ts$/, '.rules.spec.ts');
    if (path.endsWith('.rules.ts') && !present.has(spec)) problems.push(`${spec} is missing: a rules file is proved sentence by sentence`);
    if (/\.(spec|e2e|story)\.ts$/.test(path) && !/expect|assert|rejects|toThrow/.test(read(path))) {
      problems.push(`${path} asserts nothing: say what must hold`);
    }
  }
  return problems;
}

/** What a page promises: each `npm run` command it names exists, each relative link leads to a file or folder. */
export function checkPage(path: string, text: string, known: { scripts: string[]; exists: (path: string) => boolean }): string[] {
  const commands = [...text.matchAll(/npm run ([a-z][\w:-]*)/g)].map(([, name]) => name);
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target]) => target);
  const folder = path.split('/').slice(0, -1);
  const resolve = (target: string): string => target.split('/').reduce<string[]>((at, part) => (part === '..' ? at.slice(0, -1) : part === '.' ? at : [...at, part]), folder).join('/');
  return [
    ...commands.filter((name) => !known.scripts.includes(name)).map((name) => `${path} names "npm run ${name}", which package.json lacks`),
    ...links.filter((target) => !known.exists(resolve(target))).map((target) => `${path} links to ${target}, which is not there`),
  ];
}

interface LockFile {
  packages: Record<string, { version?: string }>;
}

const atLeast = (version: string, floor: string): boolean => {
  const parts = (text: string): number[] => text.split('-')[0].split('.').map(Number);
  const [have, need] = [parts(version), parts(floor)];
  const at = need.findIndex((value, index) => value !== have[index]);
  return at < 0 || have[at] > need[at];
};

/**
 * Installed versions against the committed floors: `floors[name]` maps a major version, or `*`, to the lowest one
 * that holds no known hole.
 */
export function checkFloors(lock: LockFile, floors: Record<string, Record<string, string>>): string[] {
  return Object.entries(lock.packages).flatMap(([path, { version }]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const floor = floors[name] && version && (floors[name][version.split('.')[0]] ?? floors[name]['*']);
    return floor && !atLeast(version!, floor)
      ? [`package-lock.json has ${name} ${version}, the floor is ${floor}: raise it, or add an override to package.json`]
      : [];
  });
}
