/** What both map libraries can do and we use. Layers and sources are the same JSON for both. */
export interface MapEngine {
  readonly kind: 'maplibre' | 'mapbox';
  /** Follows an event; the answer ends it. */
  on(
    event: 'load' | 'idle' | 'move' | 'zoomend' | 'resize' | 'dragstart' | 'wheel',
    listener: () => void,
  ): () => void;
  onClick(listener: (point: { x: number; y: number }) => void): void;
  /** Pointer over the map; null when it has left. */
  onPoint(listener: (point: { x: number; y: number } | null) => void): void;
  onError(listener: (message: string) => void): void;
  addSource(id: string, source: object): void;
  setData(id: string, data: object): void;
  addLayer(layer: object): void;
  setPaint(layer: string, name: string, value: unknown): void;
  setState(source: string, id: string, state: Record<string, unknown>): void;
  setImage(id: string, image: ImageData, pixelRatio: number): void;
  setPattern(id: string, image: ImageData, pixelRatio: number): void;
  hits(point: { x: number; y: number }, layers: string[]): Record<string, unknown>[];
  project(at: readonly [number, number]): { x: number; y: number };
  fit(bounds: readonly [number, number, number, number], padding: Padding, durationMs: number): void;
  center(at: readonly [number, number], padding: Padding, durationMs: number): void;
  zoomBy(steps: number, durationMs: number): void;
  canvas(): HTMLCanvasElement;
  resize(): void;
  remove(): void;
}

export interface Padding {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

export interface EngineOptions {
  container: HTMLElement;
  bounds: readonly [number, number, number, number];
  padding: Padding;
  interactive: boolean;
  wheelZoom: boolean;
  /** Ground colour until the first layer is there. */
  ground: string;
  dark: boolean;
  /** CSS font list for labels. */
  font: string;
}

/** The part of either library's map that the adapter needs; both fit it. */
export interface MapLike {
  on(type: string, listener: (event: MapEventLike) => void): unknown;
  off(type: string, listener: (event: MapEventLike) => void): unknown;
  addSource(id: string, source: object): unknown;
  getSource(id: string): unknown;
  addLayer(layer: object): unknown;
  getLayer(id: string): unknown;
  setPaintProperty(layer: string, name: string, value: unknown): unknown;
  setFeatureState(target: { source: string; id: string }, state: Record<string, unknown>): unknown;
  hasImage(id: string): boolean;
  addImage(id: string, image: ImageData, options: { pixelRatio: number }): unknown;
  updateImage(id: string, image: ImageData): unknown;
  queryRenderedFeatures(
    point: [number, number],
    options: { layers: string[] },
  ): { properties: Record<string, unknown> | null }[];
  project(at: [number, number]): { x: number; y: number };
  fitBounds(bounds: [number, number, number, number], options: object): unknown;
  easeTo(options: object): unknown;
  getZoom(): number;
  getCanvas(): HTMLCanvasElement;
  resize(): unknown;
  remove(): unknown;
}

interface MapEventLike {
  point?: { x: number; y: number };
  error?: { message?: string };
}

/** Dresses either library's map as our engine. */
export function engineOf(kind: MapEngine['kind'], map: MapLike): MapEngine {
  const putImage = (id: string, image: ImageData, pixelRatio: number) => {
    if (map.hasImage(id)) map.updateImage(id, image);
    else map.addImage(id, image, { pixelRatio });
  };
  return {
    kind,
    on: (event, listener) => {
      map.on(event, listener);
      return () => void map.off(event, listener);
    },
    onClick: (listener) => void map.on('click', (event) => event.point && listener(event.point)),
    onPoint: (listener) => {
      map.on('mousemove', (event) => event.point && listener(event.point));
      map.on('mouseout', () => listener(null));
    },
    onError: (listener) => void map.on('error', (event) => listener(event.error?.message ?? 'unknown')),
    addSource: (id, source) => void map.addSource(id, source),
    setData: (id, data) => {
      const source = map.getSource(id) as { setData(data: object): unknown } | undefined;
      source?.setData(data);
    },
    addLayer: (layer) => void map.addLayer(layer),
    setPaint: (layer, name, value) => {
      if (map.getLayer(layer)) map.setPaintProperty(layer, name, value);
    },
    setState: (source, id, state) => void map.setFeatureState({ source, id }, state),
    setImage: putImage,
    setPattern: putImage,
    hits: (point, layers) =>
      map
        .queryRenderedFeatures([point.x, point.y], { layers: layers.filter((layer) => map.getLayer(layer)) })
        .map((feature) => feature.properties ?? {}),
    project: (at) => map.project([at[0], at[1]]),
    fit: (bounds, padding, durationMs) =>
      void map.fitBounds([...bounds], { padding: { ...padding }, duration: durationMs, linear: true }),
    center: (at, padding, durationMs) =>
      void map.easeTo({ center: [at[0], at[1]], padding, duration: durationMs }),
    zoomBy: (steps, durationMs) => void map.easeTo({ zoom: map.getZoom() + steps, duration: durationMs }),
    canvas: () => map.getCanvas(),
    resize: () => void map.resize(),
    remove: () => void map.remove(),
  };
}
