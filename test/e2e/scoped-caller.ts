import { signer } from '../../local/aws.ts';

/** An IAM user that may call the API on `resources` and do nothing else. */
export const createScopedCaller = async (endpoint: string, name: string, resources: readonly string[]) => {
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
  const statement = { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: resources };
  await call('PutUserPolicy', {
    UserName: name,
    PolicyName: 'api',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
  });
  const key = await call('CreateAccessKey', { UserName: name });
  return { accessKeyId: key('AccessKeyId'), secretAccessKey: key('SecretAccessKey') };
};
