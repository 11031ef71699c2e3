import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CfnGuardValidator } from '@cdklabs/cdk-validator-cfnguard';
import { App } from 'aws-cdk-lib';
import * as z from 'zod';

/**
 * What others think of the templates that `npm run synth` left: cfn-lint, and AWS Control Tower's rules for cfn-guard. A finding that
 * is right as it is is acknowledged where it is made, `Validations.of(x).acknowledge({ id, reason })`, as those of cdk-nag are. One that
 * excuses nothing any more is a finding as well; those of cdk-nag are not looked at here, since it runs while the templates are made.
 */
const version = '1.58.0';

interface Finding {
  readonly template: string;
  readonly id: string;
  readonly resource: string;
  readonly message: string;
}

const run = (command: string, args: readonly string[]) => {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  return { status, stdout: stdout ?? '', reason: error?.message ?? stderr };
};

/** The Python with cfn-lint in it: an environment of its own, made once (70 MB). */
const preparePython = () => {
  const folder = join('.local', `cfn-lint-${version}`);
  const python = (environment: string) =>
    process.platform === 'win32' ? join(environment, 'Scripts', 'python.exe') : join(environment, 'bin', 'python');
  if (existsSync(python(folder)) && run(python(folder), ['-c', 'import cfnlint']).status === 0) return python(folder);
  const found = ['python3', 'python'].find(
    (name) => run(name, ['-c', 'import venv, ensurepip, sys; assert sys.version_info >= (3, 10)']).status === 0,
  );
  if (!found) throw new Error('Python 3.10 or newer with its venv module is needed (Debian, Ubuntu: apt install python3 python3-venv)');
  mkdirSync('.local', { recursive: true, mode: 0o700 });
  // It takes its name when it is whole.
  const unfinished = `${folder}.making-${process.pid}`;
  try {
    for (const [command, ...args] of [
      [found, '-m', 'venv', unfinished],
      [python(unfinished), '-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', `cfn-lint==${version}`],
    ] as const) {
      const { status, reason } = run(command, args);
      if (status !== 0) throw new Error(`installing cfn-lint failed: ${reason}`);
    }
    rmSync(folder, { recursive: true, force: true });
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return python(folder);
};

const cfnLintFindings = z.array(
  z.object({
    Filename: z.string(),
    Level: z.string(),
    Message: z.string(),
    Rule: z.object({ Id: z.string() }),
    Location: z.object({ Path: z.array(z.union([z.string(), z.number()])).nullable() }),
  }),
);

/** @param regions where every type and value has to exist */
const cfnLint = (python: string, templates: readonly string[], regions: readonly string[]): Finding[] => {
  // W3005: the CDK writes dependencies that a reference implies already, which harms nobody.
  const args = ['--format', 'json', '--ignore-checks', 'W3005', '--regions', ...regions, '--template', ...templates];
  const { stdout, reason } = run(python, ['-c', 'from cfnlint.runner import main; main()', ...args]);
  if (!stdout.trim()) throw new Error(`cfn-lint failed: ${reason}`);
  return cfnLintFindings.parse(JSON.parse(stdout)).map(({ Filename, Level, Message, Rule, Location }) => ({
    template: Filename,
    id: Rule.Id,
    resource: Location.Path?.[0] === 'Resources' ? String(Location.Path[1]) : '',
    message: `${Level}: ${Message}`,
  }));
};

const cfnGuard = (templates: string[]): Finding[] =>
  new CfnGuardValidator()
    .validate({ appConstruct: new App(), templatePaths: templates })
    .violations.flatMap(({ ruleName, description, violatingResources }) =>
      violatingResources.map(({ resourceLogicalId, templatePath }) => ({
        template: templatePath,
        id: /\[(CT\.[A-Z0-9.]+)\]/.exec(description)?.[1] ?? ruleName,
        resource: resourceLogicalId,
        message: description,
      })),
    );

const metadataFile = z.record(z.string(), z.array(z.object({ type: z.string(), data: z.unknown().optional() })));
const acknowledgedRules = z.record(z.string(), z.string());

/** What was acknowledged in a stack, for the construct at a path and all below it. */
const acknowledgements = (template: string) => {
  const file = join(dirname(template), basename(template).replace('.template.json', '.metadata.json'));
  const metadata = Object.entries(metadataFile.parse(JSON.parse(readFileSync(file, 'utf8'))));
  const of = (type: string) =>
    metadata.flatMap(([path, entries]) => entries.filter((entry) => entry.type === type).map(({ data }) => ({ path, data })));
  const paths = new Map(of('aws:cdk:logicalId').map(({ path, data }) => [String(data), path]));
  const rules = of('aws:cdk:acknowledged-rules').flatMap(({ path, data }) =>
    Object.keys(acknowledgedRules.parse(data)).map((id) => ({ path, id: id.replace(/^annotation::/i, '') })),
  );
  const used = new Set<(typeof rules)[number]>();
  return {
    cover: ({ id, resource }: Finding) => {
      const found = rules.filter((rule) => rule.id === id && `${paths.get(resource) ?? ''}/`.startsWith(`${rule.path}/`));
      for (const rule of found) used.add(rule);
      return found.length > 0;
    },
    unused: () =>
      rules
        .filter((rule) => /^(CT\.|[EIW]\d{4}$)/.test(rule.id) && !used.has(rule))
        .map(({ path, id }): Finding => ({ template, id, resource: path, message: 'is acknowledged here, and nobody finds it' })),
  };
};

const templates = globSync('cdk.out/*/*.template.json').sort();
if (templates.length === 0) throw new Error('there are no templates: npm run synth makes them');
const inChina = (template: string) => template.includes('cn-north-1');
const python = preparePython();
const findings = [
  ...cfnLint(
    python,
    templates.filter((template) => !inChina(template)),
    ['us-east-1', 'eu-central-1', 'ap-southeast-1'],
  ),
  ...cfnLint(python, templates.filter(inChina), ['cn-north-1', 'cn-northwest-1']),
  ...cfnGuard(templates),
];
const accepted = new Map(templates.map((template) => [join(template), acknowledgements(template)]));
const relative = (template: string) => template.slice(template.lastIndexOf(join('cdk.out')));
const open = findings.filter((finding) => !accepted.get(relative(finding.template))?.cover(finding));
const acknowledged = findings.length - open.length;
open.push(...[...accepted.values()].flatMap(({ unused }) => unused()));
for (const { template, id, resource, message } of open) console.error(`${relative(template)} ${resource}: ${id} ${message}`);
console.log(`${templates.length} templates: ${open.length} findings, and ${acknowledged} acknowledged with a reason`);
if (open.length > 0) process.exitCode = 1;
