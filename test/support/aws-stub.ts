import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach } from 'vitest';

/** What a service answers in place of a result. `type` is the name of its exception, e.g. `ResourceNotFoundException`. */
export class AwsFault extends Error {
  readonly type: string;
  readonly status: number;
  constructor(type: string, message = type, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

/**
 * By `x-amz-target`, e.g. `AWSEvents.PutEvents`; and `Lambda.Invoke`, whose payloads are texts. Each takes what the SDK's
 * command takes, and returns what the command returns or throws an `AwsFault`.
 */
export type Actions = Readonly<Record<string, (input: never) => unknown>>;

/**
 * Stands in for AWS, for the tests of one file: for the services with AWS's JSON protocol, and for Lambda's Invoke.
 * `always` are its actions; `answers` adds to them until the test ends. What was not given is refused by its name.
 */
export const useAws = (always: Actions = {}) => {
  const requests: { readonly action: string; readonly input: Record<string, unknown> }[] = [];
  let actions = always;
  const server = createServer(async (request, response) => {
    try {
      const { action, input } = await read(request);
      requests.push({ action, input });
      const run = actions[action];
      if (!run) throw new AwsFault('UnknownOperationException', `this test has no answer to ${action}`);
      const { FunctionError, Payload, ...output } = ((await run(input as never)) ?? {}) as Record<string, string>;
      if (FunctionError) response.setHeader('x-amz-function-error', FunctionError);
      response.end(action === 'Lambda.Invoke' ? Payload : JSON.stringify(output));
    } catch (error) {
      const { type, status, message } = error instanceof AwsFault ? error : new AwsFault('InternalFailure', String(error), 500);
      response.writeHead(status, { 'x-amzn-errortype': type }).end(JSON.stringify({ __type: type, message }));
    }
  });
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  beforeEach(() => {
    requests.length = 0;
    actions = always;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    /** What was asked since the test began. */
    requests,
    answers: (more: Actions) => {
      actions = { ...actions, ...more };
    },
    /** For a client that the test makes. One attempt: another would come after a pause. */
    config: () => ({ endpoint: url(), region: 'eu-west-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' }, maxAttempts: 1 }),
    /** The same for clients that the code under test makes, here or in another process. Add `AWS_ENDPOINT_URL_DYNAMODB` for tables. */
    env: () => ({
      AWS_ENDPOINT_URL: url(),
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_MAX_ATTEMPTS: '1',
    }),
  };
};

const read = async (request: IncomingMessage): Promise<{ action: string; input: Record<string, unknown> }> => {
  const body = await text(request);
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return { action: target, input: JSON.parse(body) };
  const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.url ?? '')?.[1];
  if (name) return { action: 'Lambda.Invoke', input: { FunctionName: decodeURIComponent(name), Payload: body } };
  return { action: `${request.method} ${request.url}`, input: {} };
};

interface Named {
  readonly SecretId: string;
}
interface Written {
  readonly SecretString: string;
  readonly ClientRequestToken: string;
}

/** Secrets Manager in memory, as `useAws` takes it. `secrets` is what it holds, for a test to look at or to prepare. */
export const secretsManager = () => {
  const secrets = new Map<string, { versions: Map<string, string>; current: string; deleted: boolean; description?: string | undefined }>();
  const find = (SecretId: string) => {
    const secret = secrets.get(SecretId);
    if (!secret) throw new AwsFault('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    return secret;
  };
  const alive = (SecretId: string) => {
    const secret = find(SecretId);
    if (secret.deleted)
      throw new AwsFault('InvalidRequestException', "You can't perform this operation on the secret because it was marked for deletion.");
    return secret;
  };
  const told = (Name: string, VersionId?: string) => ({
    ARN: `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${Name}-AbCdEf`,
    Name,
    VersionId,
  });
  const actions = {
    'secretsmanager.CreateSecret': ({
      Name,
      SecretString,
      ClientRequestToken: current,
      Description: description,
    }: Written & { readonly Name: string; readonly Description?: string }) => {
      const held = secrets.get(Name);
      if (held?.deleted) throw new AwsFault('InvalidRequestException', 'a secret with this name is already scheduled for deletion.');
      if (held) throw new AwsFault('ResourceExistsException', `The operation failed because the secret ${Name} already exists.`);
      secrets.set(Name, { versions: new Map([[current, SecretString]]), current, deleted: false, description });
      return told(Name, current);
    },
    'secretsmanager.PutSecretValue': ({ SecretId, SecretString, ClientRequestToken }: Written & Named) => {
      const secret = alive(SecretId);
      secret.versions.set(ClientRequestToken, SecretString);
      secret.current = ClientRequestToken;
      return told(SecretId, ClientRequestToken);
    },
    'secretsmanager.GetSecretValue': ({ SecretId, VersionId }: Named & { readonly VersionId?: string }) => {
      const { versions, current } = alive(SecretId);
      const SecretString = versions.get(VersionId ?? current);
      if (SecretString === undefined)
        throw new AwsFault('ResourceNotFoundException', `can't find the specified secret value for VersionId: ${VersionId}`);
      return { ...told(SecretId, VersionId ?? current), SecretString };
    },
    'secretsmanager.DeleteSecret': ({
      SecretId,
      ForceDeleteWithoutRecovery,
    }: Named & { readonly ForceDeleteWithoutRecovery?: boolean }) => {
      if (ForceDeleteWithoutRecovery) secrets.delete(SecretId);
      else alive(SecretId).deleted = true;
      return told(SecretId);
    },
    'secretsmanager.RestoreSecret': ({ SecretId }: Named) => {
      find(SecretId).deleted = false;
      return told(SecretId);
    },
  } satisfies Actions;
  return { actions, secrets };
};
