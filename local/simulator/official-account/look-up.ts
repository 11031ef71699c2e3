import { ControlError } from '../control-error.ts';
import type { OfficialAccountState } from './state.ts';

/** What the control API's words mean; each throws ControlError when there is no such thing. */
export const makeLookup = ({ accounts, messages }: OfficialAccountState) => ({
  accountOf: (appid: string) => {
    const account = accounts.get(appid);
    if (!account) throw new ControlError(404, `there is no account "${appid}"; there ${known([...accounts.keys()])}`);
    return account;
  },
  messageOf: (msgId: string | number) => {
    const message = messages.get(String(msgId));
    if (!message) throw new ControlError(404, `there is no mass message ${msgId}`);
    return message;
  },
  onlyAppid: () => onlyOne('appid', 'account', [...accounts.keys()]),
});

/** @throws ControlError 400 when there are several, or none */
export const onlyOne = (field: string, noun: string, names: readonly string[]) => {
  const [name, ...others] = names;
  if (name === undefined || others.length > 0) throw new ControlError(400, `${field} is needed: there ${known(names, noun)}`);
  return name;
};

export const known = (names: readonly string[], noun = 'account') =>
  names.length === 0 ? `is no ${noun} yet` : `${names.length === 1 ? 'is' : 'are'} ${names.map((name) => `"${name}"`).join(', ')}`;
