import { massMessageTracking } from '../../infra/workflows/mass-message-tracking.ts';

/** Filled in as CloudFormation does; test/infra sees to it that the deployed definition is this one. */
export const substitutions = { observe: 'arn:aws:lambda:eu-west-1:111122223333:function:observe', partition: 'aws' };

export const definition = JSON.parse(
  Object.entries(substitutions).reduce((text, [name, value]) => text.replaceAll(`\${${name}}`, value), JSON.stringify(massMessageTracking)),
);
