/** A live region: what appears is announced, and announced again where the same comes again. */
import { useRef } from "preact/hooks";

interface Props {
  text: string;
  /** What the text is about: with another of them the same text is news. */
  about?: unknown;
}

export function Status({ text, about }: Props) {
  const last = useRef<unknown[]>([]);
  const times = useRef(0);
  if (last.current[0] !== text || last.current[1] !== about) {
    last.current = [text, about];
    times.current++;
  }
  return (
    <div class="icw-hidden" role="status">
      {text && <span key={times.current}>{text}</span>}
    </div>
  );
}
