/** An app's logo; its initials until the picture is there, or if it never comes. */
import { useState } from "preact/hooks";
import type { Integration } from "../messages";

interface Props {
  app: Integration;
  size?: number;
}

/** Reset for each picture: a broken one says nothing about the next. */
export const Logo = (props: Props) => <Picture key={props.app.logoUri} {...props} />;

function Picture({ app, size = 24 }: Props) {
  const [state, setState] = useState<"loading" | "shown" | "broken">("loading");
  const uri = app.logoUri && /^(https?:|data:image\/)/i.test(app.logoUri) ? app.logoUri : null;
  const style = { width: `${size}px`, height: `${size}px`, "--icw-hue": hueOf(app.key) };
  return (
    <span class="icw-logo" style={style} aria-hidden="true">
      {state !== "shown" && <span class="icw-initials">{initials(app.name)}</span>}
      {uri && state !== "broken" && (
        <img
          src={uri}
          alt=""
          loading="lazy"
          decoding="async"
          referrerpolicy="no-referrer"
          class={state === "shown" ? "" : "icw-unseen"}
          onLoad={() => setState("shown")}
          onError={() => setState("broken")}
        />
      )}
    </span>
  );
}

export function initials(name: string): string {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  const letters =
    words.length > 1 ? words.slice(0, 2).map((word) => [...word][0]) : [...(words[0] ?? "?")].slice(0, 2);
  return letters.join("").toUpperCase();
}

/** The same colour for the same app everywhere. */
function hueOf(key: string): number {
  let hash = 0;
  for (const letter of key) hash = (hash * 31 + letter.charCodeAt(0)) % 360;
  return (hash * 137) % 360;
}
