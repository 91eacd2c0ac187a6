// A TCP proxy that can cut its connections as a network does: without a goodbye.
import { connect, createServer } from 'node:net';

export class Proxy {
  static async start(port) {
    const proxy = new Proxy();
    proxy.pairs = new Set();
    /** What clients have sent, by connection. */
    proxy.requests = [];
    /** Texts of answers: each ends the connection on which it comes next, once. */
    proxy.breaks = [];
    proxy.listener = createServer((client) => proxy.join(client, port));
    await new Promise((end) => proxy.listener.listen(0, '127.0.0.1', end));
    proxy.url = `http://127.0.0.1:${proxy.listener.address().port}`;
    return proxy;
  }

  join(client, port) {
    if (this.isDown) return client.on('error', () => {}).resetAndDestroy();
    const server = connect(port, '127.0.0.1');
    const pair = [client, server];
    this.pairs.add(pair);
    const end = () => {
      this.pairs.delete(pair);
      pair.forEach((socket) => socket.destroy());
    };
    pair.forEach((socket) => socket.setNoDelay().on('error', end).on('close', end));
    client.on('data', (bytes) => {
      const line = /^(GET|POST) (\S+) HTTP/.exec(bytes.toString('latin1'));
      if (line) this.requests.push(`${line[1]} ${line[2]}`);
    });
    client.pipe(server);
    let unbroken = '';
    server.on('data', (bytes) => {
      const [text] = this.breaks;
      // What has come before may hold the beginning of the text.
      const end = text === undefined ? -1 : (unbroken + bytes.toString('latin1')).indexOf(text);
      if (end < 0) {
        unbroken = text === undefined ? '' : (unbroken + bytes.toString('latin1')).slice(1 - text.length);
        if (!client.write(bytes)) server.pause();
        return;
      }
      this.breaks.shift();
      // What has been passed on arrives before the end does, as a reset would not have it.
      client.write(bytes.subarray(0, Math.max(0, end + text.length - unbroken.length)));
      client.destroySoon();
      server.removeAllListeners('data').resetAndDestroy();
    });
    client.on('drain', () => server.resume());
    server.on('end', () => client.end());
  }

  /** Resets every connection, and those that are tried until it is mended. */
  cut() {
    this.isDown = true;
    for (const [client, server] of this.pairs) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
    this.pairs.clear();
  }

  mend() {
    this.isDown = false;
  }

  stop() {
    this.cut();
    return new Promise((end) => this.listener.close(end));
  }
}
