/** By which path the answer comes back to the kernel, in the words of `redirect=`, and why that one. */
import * as S from "../strings";
import { useShown } from "./context";

export function ReturnPath() {
  const { traits, ticket } = useShown().state;
  const path = traits.redirect ?? ticket?.redirect.path;
  const reason = traits.redirectReason ?? ticket?.redirect.reason ?? "";
  return path ? <p class="icw-path">{S.returnPath(path, reason)}</p> : null;
}
