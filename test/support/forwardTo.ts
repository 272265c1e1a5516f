// Hands a request on to another server as it is, for something that stands in front of it.
import { request as ask, type IncomingMessage, type ServerResponse } from 'node:http';

export function forwardTo(target: { url: string }) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const { method = 'GET', headers, url = '/' } = request;
    const onward = ask(`${target.url}${url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  };
}
