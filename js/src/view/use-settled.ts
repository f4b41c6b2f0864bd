/** A value once it has stopped changing: a screen reader should not hear every step of a count. */
import { useEffect, useState } from "preact/hooks";

const QUIET = 700;

export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), QUIET);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
