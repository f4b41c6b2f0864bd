/** The form that opens the engine's page in a new tab: a real one, which popup blockers let through. */
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { stringify } from "../integers";
import { payloadOf } from "../launch";
import { screenOf } from "../state/state";
import { useShown } from "./context";
import { isComposing } from "./input";

export function LaunchForm({ children }: { children: ComponentChildren }) {
  const { session, state, host } = useShown();
  const form = useRef<HTMLFormElement>(null);

  const going = useRef(false);

  const submit = (event: Event) => {
    let allowed = false;
    try {
      allowed = isReady();
    } finally {
      // Also where the check itself fails: nothing unchecked is posted.
      if (!allowed) event.preventDefault();
    }
    if (!allowed) return;
    // The second click of a double one would open a second tab.
    going.current = true;
    setTimeout(() => {
      going.current = false;
    });
  };

  const isReady = (): boolean => {
    if (going.current) return false;
    // What was filled in without an event, as some password managers do, counts as well.
    for (const field of form.current?.querySelectorAll(".icw-fields .icw-input") ?? []) {
      field.dispatchEvent(new Event("input"));
    }
    if (session.filler.submit()) {
      if (host !== "vscode") return true;
      // Enter in a field: a form would open nothing there.
      session.handOff();
      return false;
    }
    if (screenOf(state) === "waiting") session.retype();
    // The fields' marks are drawn first.
    setTimeout(() =>
      form.current?.querySelector<HTMLElement>("[aria-invalid=true],[data-wrong=true]")?.focus(),
    );
    return false;
  };

  const launched = useRef(false);
  const fill = (event: Event) => {
    const { formData } = event as FormDataEvent;
    for (const name of [...formData.keys()]) formData.delete(name);
    // Any script may ask for the data of a form: only a submission of ours gets the payload.
    if (!going.current) return;
    formData.set("payload", stringify(payloadOf(session.state)));
    if (launched.current) return;
    launched.current = true;
    // The browser reads the form data first; only then may secrets be wiped and the form redrawn.
    setTimeout(() => {
      launched.current = false;
      session.launched();
    });
  };

  // The Enter that ends a composition, as WebKit sends it, submits nothing.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && isComposing(event)) event.preventDefault();
  };

  return (
    <form
      class="icw-form"
      ref={form}
      method="post"
      action={state.ticket?.action}
      target="_blank"
      rel="noopener"
      autocomplete="off"
      noValidate
      onKeyDown={onKeyDown}
      onSubmit={submit}
      onFormData={fill}
    >
      {children}
    </form>
  );
}
