/** By which path the answer comes back to the kernel, and why that one. */
import * as S from "../strings";
import { useShown } from "./context";

export function ReturnPath() {
  const { traits, ticket } = useShown().state;
  const path = traits.redirect ?? ticket?.redirect.path;
  const reason = traits.redirectReason ?? ticket?.redirect.reason;
  if (!path) return null;
  return (
    <p class="icw-path">
      {S.returnPath}: {S.paths[path] ?? path}
      {reason ? ` (${reason})` : ""}
    </p>
  );
}
