import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { waybill } from '../../infra/app.ts';

/** What is deployed: each stage as it comes, and prod where the partition is another one. */
export const variants = {
  local: { stage: 'local' },
  dev: { stage: 'dev' },
  prod: { stage: 'prod' },
  'prod in China': { stage: 'prod', region: 'cn-north-1' },
} as const;
export type Variant = keyof typeof variants;
export const variantNames = Object.keys(variants) as Variant[];

const resource = z.looseObject({
  Type: z.string(),
  DeletionPolicy: z.string().optional(),
  Properties: z.record(z.string(), z.any()).default({}),
});
const template = z.looseObject({
  Resources: z.record(z.string(), resource),
  Outputs: z.record(z.string(), z.looseObject({ Value: z.unknown(), Export: z.object({ Name: z.string() }).optional() })).default({}),
});
export type Resource = z.infer<typeof resource>;
export type Template = z.infer<typeof template>;

// The functions' code is no part of a template.
const functions = mkdtempSync(join(tmpdir(), 'waybill-functions-'));
writeFileSync(join(functions, 'code.mjs'), '');

/** Without the CDK's own check of property names, which takes 4 s to start: `npm run synth` has it. */
export const app = (variant: Variant) =>
  waybill({ context: variants[variant], env: {}, functions, builtinCloudFormationValidation: false });

const synthesized = (variant: Variant) => {
  const assembly = app(variant).synth();
  const { stage } = variants[variant];
  const stack = (kind: string) => assembly.getStackByName(`waybill-${stage}-${kind}`);
  return {
    stateful: template.parse(stack('stateful').template),
    service: template.parse(stack('service').template),
    isProtected: stack('stateful').terminationProtection === true,
  };
};
const kept = new Map<Variant, ReturnType<typeof synthesized>>();

/** The templates of a variant. @throws when cdk-nag finds something */
export const synth = (variant: Variant) => {
  const found = kept.get(variant) ?? synthesized(variant);
  kept.set(variant, found);
  return found;
};

export const ofType = ({ Resources }: Template, type: string): [string, Resource][] =>
  Object.entries(Resources).filter(([, { Type }]) => Type === type);

/** Environment and handler of every function, by its path below functions/. */
export const functionsOf = (service: Template) =>
  ofType(service, 'AWS::Lambda::Function').map(([id, { Properties }]) => ({
    id,
    entry: String(Properties['Handler']).replace(/^functions\/(.*)\.handler$/, '$1'),
    properties: Properties,
  }));

/** AccountsResource12345678 is Accounts. */
const withoutHash = (logicalId: string) => logicalId.replace(/(Resource)?[0-9A-F]{8}$/, '');

/** A value of the service's template in words: a function by its path, another resource by its name, pseudo parameters as `<Region>`. */
export const inWords = ({ stateful, service }: { stateful: Template; service: Template }) => {
  const named = new Map(functionsOf(service).map(({ id, entry }) => [id, entry]));
  for (const { entry, properties } of functionsOf(service)) named.set(properties['LoggingConfig'].LogGroup.Ref, `log of ${entry}`);
  const name = (id: string) => named.get(id) ?? withoutHash(id);
  const words = (value: unknown): string => {
    if (typeof value === 'string') return value;
    const [[intrinsic, argument] = [], ...more] = Object.entries(value ?? {});
    if (more.length === 0) {
      if (intrinsic === 'Ref') return argument.startsWith('AWS::') ? `<${argument.slice(5)}>` : name(argument);
      if (intrinsic === 'Fn::GetAtt') return name(argument[0]);
      if (intrinsic === 'Fn::Join') return argument[1].map(words).join(argument[0]);
      if (intrinsic === 'Fn::ImportValue') {
        const exported = Object.values(stateful.Outputs).find(({ Export }) => Export?.Name === argument);
        return words(exported?.Value);
      }
    }
    throw new Error(`cannot say in words: ${JSON.stringify(value)}`);
  };
  return words;
};
