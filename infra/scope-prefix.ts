/** What stands before the name of a permission in the scopes of tokens, unless a stage says otherwise. */
export const defaultScopePrefix = 'waybill/';
