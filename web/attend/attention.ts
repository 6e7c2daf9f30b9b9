import { useEffect, useState } from "preact/hooks";

/** A finger leaves no pointer behind: a list that was just touched is still being read. */
const TOUCHED = 12_000;

/** Whether somebody is at this element: a pointer over it, the focus in it, a finger on it a moment ago. */
export function useAttention() {
  const [pointer, setPointer] = useState(false);
  const [focus, setFocus] = useState(false);
  const [touched, setTouched] = useState(0);
  useEffect(() => {
    if (!touched) return;
    const timer = setTimeout(() => setTouched(0), TOUCHED);
    return () => clearTimeout(timer);
  }, [touched]);
  return {
    held: pointer || focus || touched > 0,
    handlers: {
      onPointerEnter: (event: PointerEvent) => event.pointerType === "mouse" && setPointer(true),
      onPointerLeave: () => setPointer(false),
      onTouchStart: () => setTouched(Date.now()),
      onTouchMove: () => setTouched(Date.now()),
      // a click leaves the focus behind too; only who goes by keyboard is still there
      onFocusIn: (event: FocusEvent) =>
        setFocus(event.target instanceof Element && event.target.matches(":focus-visible")),
      onFocusOut: (event: FocusEvent) => {
        const next = event.relatedTarget;
        const list = event.currentTarget;
        setFocus(next instanceof Node && list instanceof Node && list.contains(next));
      },
    },
  };
}
