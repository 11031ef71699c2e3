import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { clientDefaults } from '../aws-client.ts';

/** Waits for as long as the caller's signal lets it: the function it calls may be waiting for another process's renewal. */
const patient = { ...clientDefaults, requestHandler: { ...clientDefaults.requestHandler, socketTimeout: 0 } };

/** Invokes a function and returns what it answered. @throws when the function failed, could not be invoked, or `signal` came first */
export const invoker = (functionName: string, client: LambdaClient = new LambdaClient(patient)) => {
  return async (payload: string, abortSignal: AbortSignal): Promise<string> => {
    const command = new InvokeCommand({ FunctionName: functionName, Payload: payload });
    const { FunctionError, Payload } = await client.send(command, { abortSignal });
    if (FunctionError || !Payload) throw new Error(`${functionName} answered with a fault: ${FunctionError ?? 'nothing'}`);
    return Payload.transformToString();
  };
};
