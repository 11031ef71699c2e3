const denied = /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|AuthorizationError)$/;
const badCredentials =
  /^(UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException|SignatureDoesNotMatch|ExpiredToken|ExpiredTokenException|IncompleteSignature)$/;
const unreachable = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|TimeoutError)$/;

/** What went wrong between the operator's machine and AWS, in one line; undefined for anything else. */
export const describeAwsTrouble = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  const { name } = error;
  const said = error.message.replaceAll(/\s+/g, ' ').trim();
  const code = 'code' in error ? String(error.code) : name;
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError')
    return `There are no AWS credentials that can be used: sign in, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. (${said})`;
  if (/^Region (is missing|not accepted)/.test(said)) return 'Which region? Give --region, or set AWS_REGION.';
  if (denied.test(name)) return `AWS does not allow these credentials to do that: ${said}`;
  if (badCredentials.test(name)) return `AWS does not take these credentials (${name}): ${said}`;
  if (unreachable.test(code) || unreachable.test(name))
    return `AWS cannot be reached (${said || code}): check the network, the region, and AWS_ENDPOINT_URL if it is set.`;
  if ('$metadata' in error) return `AWS answered ${name}: ${said}`;
  return undefined;
};
