// Squid, the proxy of many organisations, as a process of its own: forwarding, with or without a password, or looking inside
// encrypted connections with an authority of its own.
import { spawn, spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Certificate } from './certificate.ts';

export type SquidOptions = {
  /** Names that lead to this machine. */
  hosts: readonly string[];
  /** `user:password`, letters and digits; without them 407. */
  user?: string;
  /** It signs for every host with this one, and itself trusts `upstream` (PEM). */
  inspect?: { authority: Certificate; upstream: string };
  /** Hosts that it refuses with 403. */
  refuse?: readonly string[];
};
export type Squid = {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** The lines of its log so far: `METHOD address status`. */
  log(): Promise<string[]>;
  stop(): Promise<void>;
};

const PROGRAM = '/usr/sbin/squid';
const CERTIFICATES = '/usr/lib/squid/security_file_certgen';

export async function startSquid(options: SquidOptions): Promise<Squid> {
  const { hosts, user, inspect, refuse = [] } = options;
  const folder = await mkdtemp(path.join(tmpdir(), 'squid-'));
  const file = (name: string) => path.join(folder, name);
  const root = process.getuid?.() === 0;
  const port = await freePort();
  await writeFile(file('hosts'), `127.0.0.1 localhost ${hosts.join(' ')}\n`);
  await writeFile(
    file('auth.sh'),
    `while read -r line; do [ "$line" = "${user?.replace(':', ' ')}" ] && echo OK || echo ERR; done\n`,
  );
  let listen = `http_port 127.0.0.1:${port}`;
  if (inspect) {
    await writeFile(file('ca.pem'), inspect.authority.cert + inspect.authority.key);
    await writeFile(file('upstream.pem'), inspect.upstream);
    const made = spawnSync(CERTIFICATES, ['-c', '-s', file('certificates'), '-M', '4MB'], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`Squid's store of certificates could not be made: ${made.stderr}`);
    listen += ` ssl-bump generate-host-certificates=on dynamic_cert_mem_cache_size=1MB tls-cert=${file('ca.pem')}`;
  }
  await writeFile(
    file('squid.conf'),
    [
      listen,
      ...(inspect
        ? [
            `sslcrtd_program ${CERTIFICATES} -s ${file('certificates')} -M 4MB`,
            'sslcrtd_children 1 startup=1 idle=1',
            `tls_outgoing_options cafile=${file('upstream.pem')}`,
            'acl first at_step SslBump1',
            'ssl_bump peek first',
            'ssl_bump bump all',
          ]
        : []),
      `hosts_file ${file('hosts')}`,
      ...(refuse.length > 0 ? [`acl refused dstdomain ${refuse.join(' ')}`, 'http_access deny refused'] : []),
      ...(user === undefined
        ? ['http_access allow all']
        : [
            `auth_param basic program /bin/sh ${file('auth.sh')}`,
            'auth_param basic children 1 startup=1 idle=1',
            'auth_param basic realm test',
            'acl known proxy_auth REQUIRED',
            'http_access allow known',
            'http_access deny all',
          ]),
      'logformat short %rm %ru %>Hs',
      `access_log stdio:${file('access.log')} logformat=short`,
      'buffered_logs off',
      'strip_query_terms off',
      `cache_log ${file('cache.log')}`,
      'cache deny all',
      'cache_mem 1 MB',
      'pid_filename none',
      'shutdown_lifetime 0 seconds',
      'pinger_enable off',
      'max_filedescriptors 1024',
      'forward_max_tries 1',
      `coredump_dir ${folder}`,
      'visible_hostname squid.test',
      ...(root ? ['cache_effective_user proxy'] : []),
      '',
    ].join('\n'),
  );
  if (root) spawnSync('chown', ['-R', 'proxy', folder]);
  await chmod(folder, 0o755);
  const child = spawn(PROGRAM, ['-N', '-f', file('squid.conf')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-2000);
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  let running = true;
  void ended.then(() => {
    running = false;
  });
  while (!(await answers(port))) {
    if (!running) {
      throw new Error(`Squid did not start; on Debian it is the package squid-openssl. ${complaints}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  return {
    url: `http://127.0.0.1:${port}`,
    log: async () => {
      const text = await readFile(file('access.log'), 'utf8').catch(() => '');
      // Others only look whether it is there.
      return text.split('\n').filter((line) => line !== '' && !line.startsWith('NONE '));
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
