import { Stack, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Egress as EgressSettings } from '../stage-schema.ts';

/** For outputs: the one thing that a person has to do with an address. */
export const whereAddressesGo =
  "Enter them in the Official Account's IP allow-list (mp.weixin.qq.com, Settings and Development, Basic configuration, IP allow-list) " +
  "and as WeCom's trusted IPs (the app's page, Enterprise trusted IP).";

/** What Lambda asks of the role of a function in a VPC; it makes the interfaces itself, and they have no names to give. */
const networkInterfaces = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

interface Placement {
  readonly vpc: ec2.IVpc;
  readonly vpcSubnets: ec2.SubnetSelection;
  readonly securityGroups: ec2.ISecurityGroup[];
}

/** The way out of the functions that call WeChat: private subnets whose traffic leaves through known addresses, or none in particular. */
export class Egress extends Construct {
  /** For lambda.Function; undefined outside a VPC. */
  readonly placement: Placement | undefined;

  /** @param securityGroupIds in place of one of ours */
  constructor(scope: Construct, id: string, vpc?: ec2.IVpc, securityGroupIds?: readonly string[]) {
    super(scope, id);
    if (!vpc) return;
    const securityGroups = securityGroupIds?.map((group) =>
      ec2.SecurityGroup.fromSecurityGroupId(this, group, group, { mutable: false }),
    ) ?? [this.#createSecurityGroup(vpc)];
    this.placement = { vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }, securityGroups };
  }

  #createSecurityGroup(vpc: ec2.IVpc) {
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Functions of Waybill that call WeChat: HTTPS out, nothing in',
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'WeChat and AWS');
    return securityGroup;
  }

  /**
   * Lets Lambda make the interfaces of a function with this role, and lets no code that runs under it do the same. Outside a VPC too:
   * Lambda gives the interfaces back with this role, and only long after CloudFormation has changed the role's policy.
   */
  allow(role: iam.Role) {
    role.addToPolicy(new iam.PolicyStatement({ actions: networkInterfaces, resources: ['*'] }));
    const { partition, region, account } = Stack.of(this);
    // Or a function could delete any network interface of the account. Lambda sets this key on calls from a function's code.
    role.addToPolicy(
      new iam.PolicyStatement({
        effect: iam.Effect.DENY,
        actions: networkInterfaces,
        resources: ['*'],
        conditions: { ArnLike: { 'lambda:SourceFunctionArn': `arn:${partition}:lambda:${region}:${account}:function:*` } },
      }),
    );
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'Lambda makes network interfaces whose ids nobody knows beforehand; the code of the function is denied the same calls.',
    });
  }
}

/** @param own the VPC of the network stack, with `fixed-ip` */
export const createEgress = (scope: Construct, id: string, settings: EgressSettings, own?: ec2.IVpc): Egress => {
  if (settings.kind === 'none') return new Egress(scope, id);
  if (settings.kind === 'existing-vpc')
    return new Egress(scope, id, ec2.Vpc.fromVpcAttributes(scope, 'Vpc', settings), settings.securityGroupIds);
  if (!own) throw new Error('fixed addresses need the network stack');
  return new Egress(scope, id, own);
};
