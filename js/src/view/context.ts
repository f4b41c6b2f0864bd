/** What every component may need: the session, what it shows now, and how to make ids of its own. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Host } from "../messages";
import type { Session } from "../state/session";
import type { State } from "../state/state";

export interface Shown {
  session: Session;
  state: State;
  host: Host;
  /** An id that no other widget and no other view of this one has. */
  id: (name: string) => string;
}

export const ShownContext = createContext<Shown | null>(null);

/** Within the widget alone. */
export const useShown = () => useContext(ShownContext) as Shown;
