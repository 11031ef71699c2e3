import '../test/support/environment.ts';
import * as z from 'zod';
import { createDocument, type ZodOpenApiOperationObject } from 'zod-openapi';
import { defaultScopePrefix } from '../infra/scope-prefix.ts';
import { routes } from '../shared/http/routes.ts';
import { answers } from './operation-answers.ts';
import { errorsOf } from './operation-errors.ts';

const json = (schema: z.ZodType) => ({ 'application/json': { schema } });

const operation = async (route: (typeof routes)[number]): Promise<ZodOpenApiOperationObject> => {
  const { input } = await import(/* @vite-ignore */ `../functions/${route.handler}.ts`);
  const takesBody = !(input.body instanceof z.ZodUndefined);
  return {
    operationId: route.handler.replace('/', '-'),
    summary: route.summary,
    // A stage has one of the two.
    security: [{ signature: [] }, { token: [`${defaultScopePrefix}${route.permission}`] }],
    requestParams: { path: input.path, query: input.query },
    ...(takesBody && { requestBody: { required: true, content: json(input.body) } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers[route.handler]).map(([status, { description, schema }]) => [status, { description, content: json(schema) }]),
      ),
      ...errorsOf(route, { takesBody }),
    },
  };
};

/** The API as its routes, inputs and views describe it: nothing is said twice. */
export const openApiDocument = async () => {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: await operation(route) };
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Waybill',
      version: '1',
      description:
        "Tells what became of the messages a company sent through WeChat. A stage lets callers in by one of two ways: requests are signed by an AWS identity (IAM, the default), or they carry a token of an identity provider (JWT). Ids are strings; times are RFC 3339, in UTC where Waybill writes them. `/callbacks/{account_id}`, which WeChat calls, is not described here: what is said there is WeChat's own protocol.",
    },
    components: {
      securitySchemes: {
        signature: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description: 'In a stage with `auth: iam`: AWS Signature Version 4, service execute-api',
        },
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: `In a stage with \`auth: jwt\`: an access token of the stage's issuer with the scope that the operation names (the stage may have set another prefix than \`${defaultScopePrefix}\`), and the accounts of the caller in a claim`,
        },
      },
    },
    paths,
  });
};
