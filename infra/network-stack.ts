import { CfnOutput, Fn, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { whereAddressesGo } from './constructs/egress.ts';
import { createLogGroup } from './constructs/log-group.ts';
import type { Egress, StageConfig } from './stage-schema.ts';

export interface NetworkStackProps extends StackProps {
  readonly config: StageConfig;
  readonly egress: Extract<Egress, { kind: 'fixed-ip' }>;
}

/**
 * The addresses under which WeChat knows this stage, and the VPC that leads to them: a stack of its own, because an address
 * that is lost has to be entered anew for every account by whoever administers it (docs/adr/0009-fixed-addresses.md).
 */
export class NetworkStack extends Stack {
  readonly vpc: ec2.Vpc;
  /** In use or not. */
  readonly addresses: readonly string[];
  readonly #zones: readonly string[];

  constructor(scope: Construct, id: string, props: NetworkStackProps) {
    const { config, egress } = props;
    super(scope, id, { ...props, description: `Waybill ${config.stage}: the addresses under which WeChat knows it` });
    // By intrinsic function, also where account and region are known: the CDK would look the zones up, and needs credentials for that.
    // CloudFormation asks anew at every update, and is answered with the zones that have a default subnet (with all, if none has).
    this.#zones = egress.availabilityZones ?? [0, 1].map((zone) => Fn.select(zone, Fn.getAzs()));

    // One for each zone from the first day, also where one gateway serves both: another gateway then brings no new address.
    const addresses = [1, 2].map((number) => {
      const address = new ec2.CfnEIP(this, `Address${number}`, { domain: 'vpc' });
      // But for those of a first deployment that failed: a region gives an account five.
      address.applyRemovalPolicy(config.retainData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY);
      new CfnOutput(this, `EgressAddress${number}`, {
        value: address.attrPublicIp,
        description: `Address ${number} of 2 from which WeChat is called. ${whereAddressesGo}`,
      });
      return address;
    });

    this.addresses = addresses.map(({ attrPublicIp }) => attrPublicIp);

    this.vpc = new ec2.Vpc(this, 'Vpc', {
      // Nothing is connected with it, so any range does; two private subnets of 59 addresses, which functions share.
      ipAddresses: ec2.IpAddresses.cidr('10.0.0.0/24'),
      natGateways: egress.natGateways === 'one' ? 1 : 2,
      natGatewayProvider: ec2.NatProvider.gateway({ eipAllocationIds: addresses.map(({ attrAllocationId }) => attrAllocationId) }),
      subnetConfiguration: [
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 28, mapPublicIpOnLaunch: false },
        { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 26 },
      ],
      // Free, and keeps the reading and writing of records off the gateways.
      gatewayEndpoints: { DynamoDb: { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB } },
    });

    if (egress.availabilityZones) {
      const reason =
        'The stage names its zones, so that no answer of CloudFormation moves a subnet that is there (docs/deploy.md, Before prod).';
      for (const subnet of [...this.vpc.publicSubnets, ...this.vpc.privateSubnets])
        Validations.of(subnet).acknowledge({ id: 'CloudFormation-Validate::W3010', reason }, { id: 'W3010', reason });
    }

    // Where the functions with the credentials connect to, and who knocks from outside: little is written, since connections are few.
    const flows = createLogGroup(this, 'FlowLogs', config);
    const role = new Role(this, 'FlowLogsRole', {
      assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    });
    this.vpc.addFlowLog('Flows', { destination: ec2.FlowLogDestination.toCloudWatchLogs(flows, role) });
  }

  override get availabilityZones() {
    return [...this.#zones];
  }
}
