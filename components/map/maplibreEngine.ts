import * as maplibre from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import { type EngineOptions, engineOf, type MapEngine, type MapLike } from './engine';

/** Map without a token and without any request outside: an empty style, our own layers, glyphs drawn in the browser. */
export function createMaplibre(options: EngineOptions): MapEngine {
  // The bundler gives the worker a hashed address; the library's own guess of it would be a 404.
  maplibre.setWorkerUrl(new URL('maplibre-gl/dist/maplibre-gl-worker.mjs', import.meta.url).toString());
  const map = new maplibre.Map({
    container: options.container,
    style: {
      version: 8,
      sources: {},
      layers: [{ id: 'background', type: 'background', paint: { 'background-color': options.ground } }],
    },
    bounds: [...options.bounds],
    fitBoundsOptions: { padding: { ...options.padding } },
    interactive: options.interactive,
    scrollZoom: options.wheelZoom,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    fadeDuration: 0,
    localIdeographFontFamily: options.font,
    maxZoom: 21,
  });
  map.touchZoomRotate.disableRotation();
  return engineOf('maplibre', map as unknown as MapLike);
}
