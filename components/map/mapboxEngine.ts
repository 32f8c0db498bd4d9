import mapbox from 'mapbox-gl';
import 'mapbox-gl/dist/mapbox-gl.css';
import { type EngineOptions, engineOf, type MapEngine, type MapLike } from './engine';

/** Map on the customer's own token: their base map under our layers. */
export function createMapbox(options: EngineOptions, token: string): MapEngine {
  const [west, south, east, north] = options.bounds;
  const map = new mapbox.Map({
    accessToken: token,
    container: options.container,
    style: options.dark ? 'mapbox://styles/mapbox/dark-v11' : 'mapbox://styles/mapbox/light-v11',
    bounds: [west, south, east, north],
    fitBoundsOptions: { padding: { ...options.padding } },
    interactive: options.interactive,
    scrollZoom: options.wheelZoom,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    fadeDuration: 0,
    localFontFamily: options.font,
    localIdeographFontFamily: options.font,
    maxZoom: 21,
  });
  return engineOf('mapbox', map as unknown as MapLike);
}
