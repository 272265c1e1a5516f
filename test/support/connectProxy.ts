// A forward proxy that only knows CONNECT, with the list of what it was asked for.
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export type ConnectProxy = {
  url: string;
  /** `host:port` of each CONNECT, with the proxy's own credentials in front if any were sent. */
  asked: string[];
  close(): Promise<void>;
};

/** Every tunnel ends at `port` of this machine, whatever name was asked for. With `refuse` none is made, and this is the status. */
export async function startConnectProxy(port: number, refuse?: number): Promise<ConnectProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((_request, response) => response.writeHead(405).end());
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('connect', (request, client, head) => {
    const sent = request.headers['proxy-authorization'];
    const who = sent === undefined ? '' : `${Buffer.from(sent.replace(/^Basic /, ''), 'base64').toString()}@`;
    asked.push(`${who}${request.url}`);
    if (refuse !== undefined) {
      client.end(`HTTP/1.1 ${refuse} Refused\r\n\r\n`);
      return;
    }
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
