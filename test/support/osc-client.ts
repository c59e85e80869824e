// SPDX-License-Identifier: GPL-3.0-or-later
// Another program that speaks OSC: sends over real UDP and keeps what it is sent.

import { createSocket, type Socket } from "node:dgram";
import { fromBuffer, type OscMessageInput, toBuffer } from "osc-min";

export interface HeardMessage {
  readonly address: string;
  readonly args: readonly unknown[];
  readonly atMs: number;
  readonly bytes: number;
}

export class OscClient implements Disposable {
  readonly heard: HeardMessage[] = [];
  readonly #socket: Socket;
  readonly #server: { readonly host: string; readonly port: number };

  private constructor(socket: Socket, server: { readonly host: string; readonly port: number }) {
    this.#socket = socket;
    this.#server = server;
    socket.on("error", () => {});
    socket.on("message", (bytes) => {
      const packet = fromBuffer(bytes);
      if (packet.oscType !== "message") throw new Error("expected a plain message");
      const args = packet.args.map(({ value }) => value);
      this.heard.push({ address: packet.address, args, atMs: performance.now(), bytes: bytes.length });
    });
  }

  /** @param host - of the server; the client has the same kind of address */
  static async open(port: number, host = "127.0.0.1", own?: string): Promise<OscClient> {
    const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
    await new Promise<void>((resolve) => socket.bind(0, own ?? host, resolve));
    return new OscClient(socket, { host, port });
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Floats unless told otherwise, as most programs send them. */
  send(address: string, ...args: NonNullable<Exclude<OscMessageInput, string>["args"]>[]): void {
    this.sendPacket(toBuffer({ address, args: args as never }));
  }

  sendPacket(packet: ArrayBufferView): void {
    this.#socket.send(packet as Uint8Array, this.#server.port, this.#server.host);
  }

  /** Everything that was heard at `address` so far. */
  at(address: string): readonly HeardMessage[] {
    return this.heard.filter((message) => message.address === address);
  }

  /** Waits for one more at `address` than there were. */
  async next(address: string, before = this.at(address).length, patienceMs = 5000): Promise<HeardMessage> {
    for (const until = performance.now() + patienceMs; performance.now() < until; ) {
      const message = this.at(address)[before];
      if (message !== undefined) return message;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`expected ${address} within ${patienceMs} ms`);
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}
