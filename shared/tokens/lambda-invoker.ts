import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';

/** Invokes a function and returns what it answered. @throws when the function failed or could not be invoked */
export const invoker = (functionName: string, client: LambdaClient = new LambdaClient()) => {
  return async (payload: string): Promise<string> => {
    const { FunctionError, Payload } = await client.send(new InvokeCommand({ FunctionName: functionName, Payload: payload }));
    if (FunctionError || !Payload) throw new Error(`${functionName} answered with a fault: ${FunctionError ?? 'nothing'}`);
    return Payload.transformToString();
  };
};
