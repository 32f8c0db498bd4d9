/** Groups of nodes that reach each other (Tarjan's strongly connected components of two or more, and self-loops). */
export function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const cycles: string[][] = [];

  const visit = (node: string): void => {
    order.set(node, order.size);
    lowest.set(node, order.get(node)!);
    stack.push(node);
    onStack.add(node);
    for (const next of graph.get(node) ?? []) {
      if (!graph.has(next)) continue;
      if (!order.has(next)) {
        visit(next);
        lowest.set(node, Math.min(lowest.get(node)!, lowest.get(next)!));
      } else if (onStack.has(next)) {
        lowest.set(node, Math.min(lowest.get(node)!, order.get(next)!));
      }
    }
    if (lowest.get(node) !== order.get(node)) return;
    const group: string[] = [];
    for (let member = ''; member !== node; ) {
      member = stack.pop()!;
      onStack.delete(member);
      group.unshift(member);
    }
    if (group.length > 1 || graph.get(node)?.includes(node)) cycles.push(group);
  };

  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return cycles;
}
