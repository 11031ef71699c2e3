import { RegionInfo } from 'aws-cdk-lib/region-info';

const names = new Set(RegionInfo.regions.map(({ name }) => name));

/** Undefined for what is no region, as far as this version of the CDK knows. */
export const partitionOf = (region: string) => (names.has(region) ? RegionInfo.get(region).partition : undefined);

interface Placed {
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  readonly tracing: boolean;
  readonly permissionsBoundary?: string | undefined;
  readonly kmsKeyArn: string;
  readonly egress: { readonly availabilityZones?: readonly string[] | undefined } | { readonly kind: 'none' };
}

interface Issues {
  addIssue(issue: { readonly code: 'custom'; readonly path: string[]; readonly message: string }): void;
}

/**
 * What names a place has to be of the place where the stage goes. Without a region nothing can be said of partitions: an
 * account id does not tell its own.
 */
export const checkPlacement = (stage: Placed, issues: Issues) => {
  const { account, region } = stage;
  const refuse = (path: string[], message: string) => issues.addIssue({ code: 'custom', path, message });
  const partition = region && partitionOf(region);
  if (partition && partition !== 'aws' && partition !== 'aws-cn')
    refuse(['region'], `${region} is in partition ${partition}: Waybill is made for aws and aws-cn`);
  if (partition === 'aws-cn' && stage.tracing) refuse(['tracing'], 'there is no X-Ray in China');

  const checkArn = (field: 'permissionsBoundary' | 'kmsKeyArn') => {
    const [arn, itsPartition, , itsRegion, itsAccount] = (stage[field] ?? '').split(':');
    if (arn !== 'arn') return;
    if (partition && itsPartition !== partition) refuse([field], `is in partition ${itsPartition}, and ${region} in ${partition}`);
    else if (region && itsRegion && itsRegion !== region) refuse([field], `is in ${itsRegion}, and the stage in ${region}`);
    if (account && itsAccount !== 'aws' && itsAccount !== account)
      refuse([field], `is in account ${itsAccount}, and the stage in ${account}`);
  };
  checkArn('permissionsBoundary');
  checkArn('kmsKeyArn');
  if (!region && stage.kmsKeyArn.startsWith('arn:'))
    refuse(['region'], 'is needed with a key of the customer: tables are made with it in one region');

  const zones = 'availabilityZones' in stage.egress ? (stage.egress.availabilityZones ?? []) : [];
  for (const zone of zones) if (region && !zone.startsWith(region)) refuse(['egress', 'availabilityZones'], `${zone} is not in ${region}`);
};
