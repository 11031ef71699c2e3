import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { waybill } from '../../infra/app.ts';
import { loadStageConfig } from '../../infra/stage-config.ts';
import type { StageDeclaration } from '../../infra/stage-schema.ts';
import { stages, type Variant, variants } from '../../infra/variants.ts';

export { type Variant, variants } from '../../infra/variants.ts';
export const variantNames = Object.keys(variants) as Variant[];

const resource = z.looseObject({
  Type: z.string(),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
  Properties: z.record(z.string(), z.any()).default({}),
});
const template = z.looseObject({
  Description: z.string(),
  Resources: z.record(z.string(), resource),
  Outputs: z
    .record(
      z.string(),
      z.looseObject({ Value: z.unknown(), Description: z.string().optional(), Export: z.object({ Name: z.string() }).optional() }),
    )
    .default({}),
});
export type Resource = z.infer<typeof resource>;
export type Template = z.infer<typeof template>;
/** The stacks of a stage; there is a network only where Waybill makes the addresses itself. */
export interface Templates {
  readonly stateful: Template;
  readonly service: Template;
  readonly network: Template | undefined;
}

// The functions' code is no part of a template.
const folder = resolve('.vitest', `infra-${process.env['VITEST_POOL_ID'] ?? ''}`); // a worker's own, and emptied by its next run
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const functions = join(folder, 'functions');
mkdirSync(functions);
writeFileSync(join(functions, 'code.mjs'), '');

/** Without the CDK's own check of property names, which takes 4 s to start: `npm run synth` has it. */
const appOf = (context: Readonly<Record<string, string>>, declared: Readonly<Record<string, StageDeclaration>>) =>
  waybill({
    context,
    env: {},
    functions,
    outdir: mkdtempSync(join(folder, 'out-')),
    stages: declared,
    builtinCloudFormationValidation: false,
  });
export const app = (variant: Variant) => appOf(variants[variant], stages);
export const configOf = (variant: Variant) => loadStageConfig(variants[variant], {}, stages);

const synthesized = (
  context: Readonly<Record<string, string>> & { readonly stage: string },
  declared: Readonly<Record<string, StageDeclaration>>,
) => {
  const assembly = appOf(context, declared).synth();
  const find = (kind: string) => assembly.stacks.find(({ stackName }) => stackName === `waybill-${context.stage}-${kind}`);
  const stack = (kind: string) => template.parse(find(kind)?.template);
  return {
    stateful: stack('stateful'),
    service: stack('service'),
    network: find('network') && stack('network'),
    isProtected: assembly.stacks.every(({ terminationProtection }) => terminationProtection === true),
    isUnprotected: assembly.stacks.every(({ terminationProtection }) => terminationProtection !== true),
    names: assembly.stacks.map(({ stackName }) => stackName).sort(),
  };
};
const kept = new Map<Variant, ReturnType<typeof synthesized>>();

/** The templates of a variant. @throws when cdk-nag finds something */
export const synth = (variant: Variant) => {
  const found = kept.get(variant) ?? synthesized(variants[variant], stages);
  kept.set(variant, found);
  return found;
};

/** The templates of a stage that only one test knows. */
export const synthStage = (stage: string, declaration: StageDeclaration, context: Readonly<Record<string, string>> = {}) =>
  synthesized({ ...context, stage }, { [stage]: declaration });

export const templatesOf = ({ stateful, service, network }: Templates): Template[] => [stateful, service, ...(network ? [network] : [])];

export const ofType = (found: Template | undefined, type: string): [string, Resource][] =>
  Object.entries(found?.Resources ?? {}).filter(([, { Type }]) => Type === type);

export const only = <T>(items: T[]): T => {
  if (items.length !== 1) throw new Error(`expected one and found ${items.length}`);
  return items[0] as T;
};

/** Environment and handler of every function, by its path below functions/. */
export const functionsOf = (service: Template) =>
  ofType(service, 'AWS::Lambda::Function').map(([id, { Properties }]) => ({
    id,
    entry: String(Properties['Handler']).replace(/^functions\/(.*)\.handler$/, '$1'),
    properties: Properties,
  }));

/** AccountsResource12345678 is Accounts. */
const withoutHash = (logicalId: string) => logicalId.replace(/(Resource)?[0-9A-F]{8}$/, '');

/** A value of a template in words: a function by its path, another resource by its name, pseudo parameters as `<Region>`. */
export const inWords = (templates: Templates) => {
  const { service } = templates;
  const named = new Map(functionsOf(service).map(({ id, entry }) => [id, entry]));
  for (const { entry, properties } of functionsOf(service)) named.set(properties['LoggingConfig'].LogGroup.Ref, `log of ${entry}`);
  const exported = templatesOf(templates).flatMap(({ Outputs }) => Object.values(Outputs));
  const name = (id: string) => named.get(id) ?? withoutHash(id);
  const words = (value: unknown): string => {
    if (typeof value === 'string') return value;
    const [[intrinsic, argument] = [], ...more] = Object.entries(value ?? {});
    if (more.length === 0) {
      if (intrinsic === 'Ref') return argument.startsWith('AWS::') ? `<${argument.slice(5)}>` : name(argument);
      if (intrinsic === 'Fn::GetAtt') return name(argument[0]);
      if (intrinsic === 'Fn::Join') return argument[1].map(words).join(argument[0]);
      if (intrinsic === 'Fn::ImportValue') return words(exported.find(({ Export }) => Export?.Name === argument)?.Value);
    }
    throw new Error(`cannot say in words: ${JSON.stringify(value)}`);
  };
  return words;
};
