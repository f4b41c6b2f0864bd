/** The form that opens the engine's page in a new tab: a real one, so that no popup blocker minds. */
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { payloadOf } from "../launch";
import { screenOf } from "../state/state";
import { useShown } from "./context";

export function LaunchForm({ children }: { children: ComponentChildren }) {
  const { session, state, host } = useShown();
  const form = useRef<HTMLFormElement>(null);

  const going = useRef(false);

  const submit = (event: Event) => {
    // The second click of a double one would open a second tab.
    const ready = !going.current && session.filler.submit();
    if (ready && host !== "vscode") return;
    event.preventDefault();
    if (going.current) return;
    // Enter in a field: a form would open nothing there.
    if (ready) return session.handOff();
    if (screenOf(state) === "waiting") session.retype();
    // The fields' marks are drawn first.
    setTimeout(() =>
      form.current?.querySelector<HTMLElement>("[aria-invalid=true],[data-wrong=true]")?.focus(),
    );
  };

  const fill = (event: Event) => {
    const { formData } = event as FormDataEvent;
    for (const name of [...formData.keys()]) formData.delete(name);
    formData.set("payload", JSON.stringify(payloadOf(session.state)));
    // The browser reads the form data first; only then may secrets be wiped and the form redrawn.
    going.current = true;
    setTimeout(() => {
      going.current = false;
      session.launched();
    });
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
      onSubmit={submit}
      onFormData={fill}
    >
      {children}
    </form>
  );
}
