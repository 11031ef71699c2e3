import { ArnFormat, type Stack, Token } from 'aws-cdk-lib';

/** The secrets below a prefix: they come and go with accounts, without a deployment, so no policy can list them. */
export class SecretPrefix {
  readonly prefix: string;
  readonly arn: string;
  readonly reason: string;
  /** How cdk-nag calls a policy that names this ARN. */
  readonly finding: string;

  constructor(stack: Stack, prefix: string, reason: string) {
    this.prefix = prefix;
    this.reason = reason;
    const resourceName = `${prefix}*`;
    this.arn = stack.formatArn({ service: 'secretsmanager', resource: 'secret', resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    const shown = (value: string, placeholder: string) => (Token.isUnresolved(value) ? placeholder : value);
    const place = [
      shown(stack.partition, '<AWS::Partition>'),
      'secretsmanager',
      shown(stack.region, '<AWS::Region>'),
      shown(stack.account, '<AWS::AccountId>'),
    ];
    this.finding = `AwsSolutions-IAM5[Resource::arn:${place.join(':')}:secret:${resourceName}]`;
  }
}
