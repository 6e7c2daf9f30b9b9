import { draggable, dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter";

/** Where in a row something is dropped. */
export type Edge = "top" | "bottom";

export interface DragOptions {
  readonly row: HTMLElement;
  readonly handle: HTMLElement;
  /** The running order it stands in, if in one: rows are only dropped on rows of the same. */
  readonly queue: string | undefined;
  readonly number: number;
  /** Another running order has taken this row. */
  readonly leave: () => void;
  /** Another row was dropped on this one. */
  readonly onDrop: (number: number, edge: Edge) => void;
}

const edgeOf = (clientY: number, row: Element): Edge => {
  const { top, height } = row.getBoundingClientRect();
  return clientY < top + height / 2 ? "top" : "bottom";
};

/** Makes a row draggable by its handle and a place to drop others. Returns how to undo that. */
export function makeDraggable({ row, handle, queue, number, leave, onDrop }: DragOptions): () => void {
  const mark = (edge: unknown) => {
    if (edge === undefined) row.removeAttribute("data-edge");
    else row.setAttribute("data-edge", String(edge));
  };
  const stop = [
    draggable({
      element: row,
      dragHandle: handle,
      getInitialData: () => ({ queue, number, leave }),
      onDragStart: () => row.setAttribute("data-dragged", ""),
      onDrop: () => row.removeAttribute("data-dragged"),
    }),
    dropTargetForElements({
      element: row,
      canDrop: ({ source }) =>
        queue !== undefined && source.data["queue"] === queue && source.data["number"] !== number,
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

/** Makes a running order take rows from elsewhere. Returns how to undo that. */
export function makeTaker(element: HTMLElement, queue: string, onTake: (number: number) => void): () => void {
  const mark = (isOver: boolean) => element.toggleAttribute("data-over", isOver);
  return dropTargetForElements({
    element,
    canDrop: ({ source }) => source.data["queue"] !== queue,
    onDragEnter: () => mark(true),
    onDragLeave: () => mark(false),
    onDrop: ({ source }) => {
      mark(false);
      (source.data["leave"] as DragOptions["leave"])();
      onTake(Number(source.data["number"]));
    },
  });
}
