import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../../docs/openapi.ts';
import { routes } from '../../../shared/http/routes.ts';

const document = await openApiDocument();
const text = JSON.stringify(document);
const operationOf = ({ method, path }: (typeof routes)[number]) => {
  const operation = document.paths?.[path]?.[method.toLowerCase() as 'get' | 'post' | 'delete'];
  if (!operation) throw new Error(`${method} ${path} is not described`);
  return operation;
};
const parametersOf = (route: (typeof routes)[number], place: 'path' | 'query') =>
  (operationOf(route).parameters ?? []).filter((parameter) => 'in' in parameter && parameter.in === place);
const statusesOf = (route: (typeof routes)[number]) => Object.keys(operationOf(route).responses ?? {});

describe.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', (_name, route) => {
  it('takes the parameters that its path names, and needs each', () => {
    const named = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, required: true }));
    expect(parametersOf(route, 'path')).toMatchObject(named);
    expect(parametersOf(route, 'path')).toHaveLength(named.length);
  });

  it('asks of a token for the scope of its permission', () => {
    expect(operationOf(route).security).toContainEqual({ token: [`waybill/${route.permission}`] });
  });

  it('has an answer for when all is well, and for what the caller can do wrong', () => {
    expect(statusesOf(route).some((status) => status.startsWith('2'))).toBe(true);
    const wrong = ['400', '401', '403', '429', '500', ...(route.method === 'POST' ? ['413', '415'] : [])];
    const ofAnAccount = route.path.includes('{account_id}/') ? ['404', '409'] : [];
    expect(statusesOf(route)).toEqual(expect.arrayContaining([...wrong, ...ofAnAccount]));
  });

  it('fails for WeChat if it asks WeChat, and only then', () => {
    const asksWechat = route.path.includes('/live/') || route.permission === 'delete';
    expect(statusesOf(route).includes('502')).toBe(asksWechat);
    expect(statusesOf(route).includes('504')).toBe(asksWechat);
  });
});

it('gives every operation a name of its own', () => {
  const names = routes.map((route) => operationOf(route).operationId);
  expect(new Set(names).size).toBe(routes.length);
});

it('refers to nothing that is not there', () => {
  const named = Object.keys(document.components?.schemas ?? {});
  const referred = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
  expect(new Set(referred)).toEqual(new Set(named));
  expect([...text.matchAll(/"\$ref"/g)]).toHaveLength(referred.length);
});
