import { AwsClient } from 'aws4fetch';
import { LocalFailure } from './failure.ts';

export const region = 'us-east-1';
/** The emulator's account, and its root: whoever reaches the loopback port may use it. */
export const awsAccount = '000000000000';
export const rootCredentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** For any client of the AWS SDK. */
export const clientConfig = (endpoint: string) => ({ endpoint, region, credentials: rootCredentials });

/** Signs like the API's callers do, for one AWS service. */
export const signer = (service: string, credentials = rootCredentials): AwsClient =>
  new AwsClient({ ...credentials, service, region, retries: 0 });

/**
 * An emulator that the caller started, or none.
 * @throws {LocalFailure} for an address beyond this machine: the local stage never goes to a real account.
 */
export const emulatorOfCaller = (env: NodeJS.ProcessEnv): string | undefined => {
  const given = env['AWS_ENDPOINT_URL'];
  if (given === undefined || given === '') return undefined;
  const url = URL.parse(given);
  if (url === null || !/^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname))
    throw new LocalFailure(
      `AWS_ENDPOINT_URL is ${given}, which is not on this machine: the local stage is never deployed anywhere else. Unset it.`,
    );
  return url.origin;
};
