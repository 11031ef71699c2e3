import { InvokeCommand, type LambdaClient, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { type RefreshOutcome, type RefreshRequest, refreshOutcome } from '../../shared/tokens/refresh-contract.ts';
import { redactText } from '../../shared/wechat/redact.ts';
import { CommandFailure } from './command-failure.ts';

const fault = z.object({ errorType: z.string().optional(), errorMessage: z.string().optional() });

/** Asks the deployed refresh-token function, which alone calls WeChat from the service's own address. */
export const refreshThroughFunction =
  (client: LambdaClient, functionName: string | undefined) =>
  async (request: RefreshRequest): Promise<RefreshOutcome> => {
    if (functionName === undefined) throw notDeployed();
    const { FunctionError, Payload } = await client
      .send(new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(request) }))
      .catch((error: unknown) => {
        throw error instanceof ResourceNotFoundException ? notDeployed() : error;
      });
    const answer = Payload?.transformToString() ?? '';
    if (FunctionError !== undefined) throw new CommandFailure(describeFault(answer));
    return refreshOutcome.parse(JSON.parse(answer));
  };

const notDeployed = () =>
  new CommandFailure(
    'WeChat was not asked: the function that fetches tokens is not deployed. Deploy the whole stage (cdk deploy --all), then check again.',
  );

/** The function failed by a fault of its own, not by anything that WeChat said. */
const describeFault = (answer: string): string => {
  const { errorType = 'no reason', errorMessage = '' } = fault.safeParse(parse(answer)).data ?? {};
  const said = redactText(`${errorType} ${errorMessage}`, []).replaceAll(/\s+/g, ' ').trim();
  return `The function that fetches tokens failed (${said}). Check again; if it lasts, look at the log of refresh-token.`;
};

const parse = (answer: string): unknown => {
  try {
    return JSON.parse(answer);
  } catch {
    return undefined;
  }
};
