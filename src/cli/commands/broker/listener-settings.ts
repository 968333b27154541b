import { formatAddress } from "../../../transport/index.ts";
import { mainName } from "../../option.ts";
import { LISTENER_LIMITS, limitOptions, type Unit, unitOf } from "./limits.ts";
import type { ListenWish } from "./listen-url.ts";

/** Something that a listener has of its own, by the name of its parameter. */
export interface ListenerSetting {
  readonly name: string;
  readonly value: unknown;
  readonly unit: Unit | undefined;
}

/** Where a listener listens. */
export function urlOf({ scheme, host, port, path }: ListenWish): string {
  return formatAddress({ scheme, host, port, path });
}

/** What a listener has of its own; all else is as the options of all say. */
export function settingsOfListener(wish: ListenWish): readonly ListenerSetting[] {
  const { limits, tls, origins, trustedProxies, maximumConnections, mode } = wish;
  const plain: Readonly<Record<string, unknown>> = {
    "max-connections": maximumConnections,
    "allow-anonymous": limits.allowsAnonymous,
    origin: origins.length === 0 ? undefined : origins,
    "trusted-proxy": trustedProxies.length === 0 ? undefined : trustedProxies,
    mode: mode?.toString(8),
    ...Object.fromEntries(Object.entries(tls).map(([name, value]) => [kebabCase(name), value])),
  };
  return [
    ...Object.entries(plain).map(([name, value]) => ({ name, value, unit: undefined })),
    ...LISTENER_LIMITS.map((name) => {
      const option = limitOptions.options[name];
      return { name: mainName(option).slice(2), value: limits[name], unit: unitOf(name) };
    }),
  ].filter(({ value }) => value !== undefined);
}

/** `keyPasswordFile`: `key-password-file`. */
function kebabCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
