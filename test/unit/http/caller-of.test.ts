import { expect, it } from 'vitest';
import { callerOf } from '../../../shared/http/caller.ts';

const arn = 'arn:aws:sts::111122223333:assumed-role/editors/someone';
const token = (claims: Record<string, unknown>) => ({ jwt: { claims, scopes: ['waybill/delete'] } });

it.each([
  ['with IAM the ARN of the identity', { iam: { userArn: arn, accessKey: 'AKIA', userId: 'u' } }, arn],
  ['with a token its subject', token({ sub: 'someone', client_id: 'app', azp: 'app-2' }), 'someone'],
  ['without one the client, by RFC 9068', token({ client_id: 'app', azp: 'app-2' }), 'app'],
  ['or by OpenID Connect', token({ azp: 'app-2' }), 'app-2'],
  ['not a claim that is no name', token({ sub: '', client_id: ['app'], azp: 'app-2' }), 'app-2'],
  ['nobody known, of a token without any of them', token({ scope: 'x' }), 'unknown'],
  ['nobody known, of a request without authorizer', undefined, 'unknown'],
])('is, for the record, %s', (_who, authorizer, caller) => {
  expect(callerOf(authorizer)).toBe(caller);
});

it('is cut down to what a row can keep, and not in the middle of a character', () => {
  const caller = callerOf(token({ sub: `${'x'.repeat(511)}😀` }));
  expect(caller).toHaveLength(512);
  expect(caller.isWellFormed()).toBe(true);
});
