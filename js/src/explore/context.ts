/** What every component of the explorer may need. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { ExploreSession } from "./session";
import type { State } from "./state";

export interface Shown {
  session: ExploreSession;
  state: State;
  /** An id that no other widget and no other view of this one has. */
  id: (name: string) => string;
}

export const ExplorerContext = createContext<Shown | null>(null);

export function useExplorer(): Shown {
  const shown = useContext(ExplorerContext);
  if (!shown) throw new Error("No explorer is shown here.");
  return shown;
}
