import { signer } from '../../local/aws.ts';
import type { Policy } from './deploy-page.ts';

/** An IAM user with this policy and nothing else. */
export const createScopedCaller = async (endpoint: string, name: string, policy: Policy) => {
  const iam = signer('iam');
  const call = async (Action: string, parameters: Record<string, string>) => {
    const answer = await iam.fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ Action, Version: '2010-05-08', ...parameters }).toString(),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${Action}: ${answer.status} ${text}`);
    return (element: string) => {
      const value = new RegExp(`<${element}>([^<]+)</${element}>`).exec(text)?.[1];
      if (value === undefined) throw new Error(`${Action} answered without ${element}`);
      return value;
    };
  };

  await call('CreateUser', { UserName: name });
  await call('PutUserPolicy', { UserName: name, PolicyName: 'api', PolicyDocument: JSON.stringify(policy) });
  const key = await call('CreateAccessKey', { UserName: name });
  return { accessKeyId: key('AccessKeyId'), secretAccessKey: key('SecretAccessKey') };
};
