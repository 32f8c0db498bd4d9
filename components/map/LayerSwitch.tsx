'use client';

import { useTranslations } from 'next-intl';
import { SegmentedControl } from '../ui/SegmentedControl';
import type { Layer } from './campusLayers';

interface Props {
  layers: readonly Layer[];
  layer: Layer;
  onChange: (layer: Layer) => void;
}

/** Chooses what colours the buildings. */
export function LayerSwitch({ layers, layer, onChange }: Props) {
  const t = useTranslations('map');
  return (
    <SegmentedControl
      label={t('layer')}
      options={layers.map((value) => ({ value, label: t(`layers.${value}`) }))}
      value={layer}
      onChange={onChange}
    />
  );
}
