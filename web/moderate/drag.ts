import { draggable, dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter";

/** Where in a row something is dropped. */
export type Edge = "top" | "bottom";

export interface DragOptions {
  readonly row: HTMLElement;
  readonly handle: HTMLElement;
  /** Rows are only dropped on rows of the same running order. */
  readonly queue: string;
  readonly number: number;
  /** Another row was dropped on this one. */
  readonly onDrop: (number: number, edge: Edge) => void;
}

const edgeOf = (clientY: number, row: Element): Edge => {
  const { top, height } = row.getBoundingClientRect();
  return clientY < top + height / 2 ? "top" : "bottom";
};

/** Makes a row draggable by its handle and a place to drop others. Returns how to undo that. */
export function makeDraggable({ row, handle, queue, number, onDrop }: DragOptions): () => void {
  const mark = (edge: unknown) => {
    if (edge === undefined) row.removeAttribute("data-edge");
    else row.setAttribute("data-edge", String(edge));
  };
  const stop = [
    draggable({
      element: row,
      dragHandle: handle,
      getInitialData: () => ({ queue, number }),
      onDragStart: () => row.setAttribute("data-dragged", ""),
      onDrop: () => row.removeAttribute("data-dragged"),
    }),
    dropTargetForElements({
      element: row,
      canDrop: ({ source }) => source.data["queue"] === queue && source.data["number"] !== number,
      getData: ({ input, element }) => ({ edge: edgeOf(input.clientY, element) }),
      onDrag: ({ self }) => mark(self.data["edge"]),
      onDragLeave: () => mark(undefined),
      onDrop: ({ source, location }) => {
        mark(undefined);
        onDrop(Number(source.data["number"]), edgeOf(location.current.input.clientY, row));
      },
    }),
  ];
  return () => {
    for (const undo of stop) undo();
  };
}
