import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Addresses on which a process or one of its group listens, as `address:port`; Linux only. */
export const listening = (leader: number): string[] => {
  const inodes = new Set(processesOf(leader).flatMap(socketsOf));
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/self/net/${table}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .flatMap((row) => {
        const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/\s+/);
        return state === '0A' && inodes.has(inode) ? [addressOf(local)] : [];
      }),
  );
};

/** The processes of a group that still live. */
export const processesOf = (leader: number): number[] =>
  readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    // "pid (command) state parent group": the command may hold blanks and brackets.
    const [state, , group] = read(`/proc/${name}/stat`).split(') ').at(-1)?.split(' ') ?? [];
    return Number(group) === leader && state !== 'Z' ? [Number(name)] : [];
  });

const socketsOf = (pid: number) => {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      return inode === undefined ? [] : [inode];
    });
  } catch {
    return []; // ended while we looked
  }
};

const read = (file: string) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** The kernel writes an IPv4 address as a little-endian number; an IPv6 one is left as it is. */
const addressOf = (local: string) => {
  const [address = '', port = ''] = local.split(':');
  const dotted = address.length === 8 ? Buffer.from(address, 'hex').reverse().join('.') : address;
  return `${dotted}:${Number.parseInt(port, 16)}`;
};
