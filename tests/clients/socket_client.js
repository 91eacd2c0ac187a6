// `socket.io-client` with the job that it hears of.
import { io } from 'socket.io-client';
import { until } from './server.js';
import { Story } from './story.js';

/** The ways to connect: by WebSocket, by polling, and by polling that becomes a WebSocket. */
export const TRANSPORTS = { websocket: ['websocket'], polling: ['polling'], upgrade: ['polling', 'websocket'] };

const ACK_TIME = 10_000;

export class SocketClient {
  static async connect(server, { url = server.url, transports = TRANSPORTS.websocket, auth, headers } = {}) {
    const client = new SocketClient();
    client.story = await Story.of(server);
    client.failures = [];
    client.socket = io(`${url}/generation`, {
      transports, auth, extraHeaders: headers, forceNew: true, reconnectionDelay: 20, reconnectionDelayMax: 50,
    });
    client.socket.onAny((name, payload, id) => {
      // Thrown here it would reach nobody.
      try {
        client.story.hear(name, payload, id);
      } catch (failure) {
        client.failures.push(failure);
      }
      client.onEvent?.(name, payload, id);
    });
    await new Promise((found, failed) => {
      client.socket.once('connect', found);
      // Refused by the namespace it is no more tried, unlike a server that is not reached.
      client.socket.on('connect_error', (error) => client.socket.active || failed(error));
    });
    return client;
  }

  /** What the server acknowledges. */
  ask(...event) {
    return this.socket.timeout(ACK_TIME).emitWithAck(...event);
  }

  check() {
    if (this.failures.length > 0) throw this.failures[0];
  }

  /** Waits until so much was heard; without a number, until the job has told its end. */
  heard(id = Infinity, milliseconds = 60_000) {
    const what = id === Infinity ? 'the end of the job is told' : `event ${id} is told`;
    return until(what, () => {
      this.check();
      return this.story.isOver || this.story.lastId >= id;
    }, milliseconds);
  }

  close() {
    this.socket.disconnect();
    this.check();
  }
}
