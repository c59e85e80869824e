// SPDX-License-Identifier: GPL-3.0-or-later
// Who may come in. The box has no password on loopback, so a browser must not become the way in for
// a page from elsewhere: a page may only send commands when it comes from us or from this machine,
// and a name that somebody else's DNS points at us (DNS rebinding) is not one of ours.

import { isIP, isIPv4 } from "node:net";

export interface HostCheck {
  /** The `Host` header. */
  readonly hostHeader: string | undefined;
  /** Host that the settings name. */
  readonly configuredHost: string;
  /** Our end of this connection. */
  readonly localAddress: string | undefined;
}

/** True when the request was sent to a name of ours: loopback, the configured host, or our address. */
export function isOurHost({ hostHeader, configuredHost, localAddress }: HostCheck): boolean {
  const name = hostHeader === undefined ? undefined : urlOf(`http://${hostHeader}`)?.hostname;
  if (name === undefined || hostHeader === undefined || !HOST_AND_PORT.test(hostHeader)) return false;
  if (isLoopback(name)) return true;
  return [configuredHost, localAddress].some(
    (ours) => ours !== undefined && nameOf(ours) === withoutDot(name),
  );
}

/** True when a page from `origin` may send commands to `hostHeader`; programs send no origin. */
export function isTrustedOrigin(origin: string | undefined, hostHeader: string | undefined): boolean {
  if (origin === undefined) return true;
  const url = urlOf(origin);
  // "null" is a file, a sandbox or a redirect: nobody knows whose.
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) return false;
  return isLoopback(url.hostname) || url.host === urlOf(`${url.protocol}//${hostHeader}`)?.host;
}

/** @param hostname - as in a URL: lower case, IPv6 in brackets */
export function isLoopback(hostname: string): boolean {
  const name = withoutDot(hostname);
  if (name === "localhost" || name.endsWith(".localhost") || name === "[::1]") return true;
  return isIPv4(name) && name.startsWith("127.");
}

const HOST_AND_PORT = /^(\[[0-9a-fA-F:.]+\]|[^\s/?#@[\]:\\]+)(:\d{1,5})?$/;

/** An address or a name as it stands in a URL. */
function nameOf(host: string): string | undefined {
  const address = host.startsWith("::ffff:") && isIPv4(host.slice(7)) ? host.slice(7) : host;
  const name = urlOf(isIP(address) === 6 ? `http://[${address}]` : `http://${address}`)?.hostname;
  return name === undefined ? undefined : withoutDot(name);
}

function withoutDot(name: string): string {
  return name.endsWith(".") ? name.slice(0, -1) : name;
}

function urlOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
