import {
  bodyText,
  type Duplex,
  type HttpRequest,
  type HttpResponse,
  lastFrames,
} from '../../../host/index.ts';
import { internalError } from '../errors.ts';

const ERROR_CHANNEL = 3;

/**
 * exec and attach over a WebSocket. The client's connection stands before the kubelet is asked, so what goes wrong then
 * comes on the error channel. Models apiserver/pkg/util/proxy/streamtranslator.go.
 */
export function translated(ask: () => HttpResponse, url: string): HttpResponse {
  return { status: 101, headers: {}, upgrade: translatedStream(ask, url) };
}

function translatedStream(ask: () => HttpResponse, url: string): Duplex {
  let response: HttpResponse;
  try {
    response = ask();
  } catch (error) {
    return failed(`error sending request: Post "${url}": ${(error as Error).message}`);
  }
  const { upgrade } = response;
  return upgrade
    ? translatedErrors(upgrade)
    : failed(`unable to upgrade connection: ${bodyText(response).trim()}`);
}

function failed(why: string): Duplex {
  return lastFrames([{ channel: ERROR_CHANNEL, data: JSON.stringify(internalError(why).status()) }]);
}

/** What the kubelet says failed is an error of the server's own to the client; an exit code stays one. */
function translatedErrors(inner: Duplex): Duplex {
  return {
    ready: inner.ready,
    receive: () => {
      const frame = inner.receive();
      return frame?.channel === ERROR_CHANNEL ? { ...frame, data: translatedStatus(frame.data) } : frame;
    },
    send: (channel, data) => inner.send(channel, data),
    get ended() {
      return inner.ended;
    },
    close: () => inner.close(),
  };
}

function translatedStatus(text: string): string {
  const status = JSON.parse(text) as { status?: string; reason?: string; message?: string };
  if (status.status === 'Success' || status.reason === 'NonZeroExitCode') return text;
  return JSON.stringify(internalError(status.message ?? '').status());
}

export function asksForWebSocket({ headers }: HttpRequest): boolean {
  return headers['upgrade']?.toLowerCase() === 'websocket';
}
