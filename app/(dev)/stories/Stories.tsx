'use client';

import { useState } from 'react';
import { AlarmBar } from '../../../components/alarms/AlarmBar';
import { AlarmMark, type MarkState, type Priority } from '../../../components/ui/AlarmMark';
import { AppShell } from '../../../components/ui/AppShell';
import { BAND_ORDER, BandCell, BandSwatch, BandTag } from '../../../components/ui/BandCell';
import { BulletBar } from '../../../components/ui/BulletBar';
import { Button, ButtonLink } from '../../../components/ui/Button';
import { Chip, ChipGap, ChipRow } from '../../../components/ui/Chip';
import { CommandTrack } from '../../../components/ui/CommandTrack';
import { Dialog, FactList } from '../../../components/ui/Dialog';
import { CheckField, Field, SelectField } from '../../../components/ui/Field';
import { formatNumber } from '../../../components/ui/format';
import { BreakerGlyph, Glyph } from '../../../components/ui/glyphs';
import { Kpi, KpiRow } from '../../../components/ui/Kpi';
import { LiveValue } from '../../../components/ui/LiveValue';
import { navigationFor } from '../../../components/ui/navigation';
import { CampusTimeProvider, fixedNowSource } from '../../../components/ui/now';
import { PageHead } from '../../../components/ui/PageHead';
import { Panel } from '../../../components/ui/Panel';
import { SegmentedControl } from '../../../components/ui/SegmentedControl';
import { EmptyState, ErrorState, Notice, Skeleton } from '../../../components/ui/states';
import { ChartStories } from './ChartStories';
import { MapStories } from './MapStories';
import { command, NOW, SECOND, summary, worst } from './storyData';

const source = fixedNowSource(NOW);

const MARK_STATES: MarkState[] = [
  'unacked',
  'acked',
  'returned',
  'latched',
  'shelved',
  'outOfService',
  'suppressed',
];

function wave(count: number, base: number, height: number): number[] {
  return Array.from({ length: count }, (_, i) => base + height * Math.sin(i / 4) + (i % 3) * height * 0.1);
}

export function Stories() {
  const [layer, setLayer] = useState<'load' | 'balance'>('load');
  const [pressed, setPressed] = useState(true);
  const [open, setOpen] = useState(false);
  const fresh = { asOf: NOW - 3 * SECOND, intervalMs: 10 * SECOND };
  const integer = (value: number) => formatNumber(value);
  return (
    <CampusTimeProvider source={source} zone="Asia/Shanghai">
      <AppShell
        page="stories"
        campusName="Lakeside"
        user={{ name: 'Lin Wei', roles: ['ENERGY_MANAGER'] }}
        items={navigationFor(['ENERGY_MANAGER'])}
        theme="light"
        search={async (query) => [{ href: `/rooms/${query}`, title: query, words: '7 号楼 4F' }]}
        bar={
          <AlarmBar
            summary={summary}
            worst={worst}
            sound="on"
            connection="live"
            dataAsOf={NOW - 3 * SECOND}
          />
        }
      >
        <PageHead
          title="Dorm 7: one feeder over its rating. Campus load is usual."
          actions={
            <ButtonLink href="/rooms/D7-2" variant="primary">
              Open Feeder D7-2
            </ButtonLink>
          }
        />
        <KpiRow label="KPI">
          <Kpi
            {...fresh}
            label="Campus load"
            figure="864"
            unit="kW"
            now={864}
            scale={{ max: 1300, usual: { low: 778, high: 872 }, limit: 1235 }}
            format={integer}
            trend={wave(24, 800, 40)}
          />
          <Kpi
            {...fresh}
            label="Energy today"
            figure="14,311"
            unit="kWh"
            now={14311}
            scale={{ max: 20000, usual: { low: 13650, high: 14520 }, limit: 18600 }}
            limitWord="plan"
            format={integer}
            trend={wave(24, 600, 200)}
            trendInBand={false}
          />
          <Kpi
            {...fresh}
            label="Transformer B, the higher of 2"
            figure="75"
            unit="%"
            now={75}
            scale={{ max: 110, usual: { low: 62, high: 76 }, limit: 100 }}
            format={integer}
            trend={wave(24, 70, 5)}
          />
          <Kpi
            {...fresh}
            asOf={NOW - 30 * SECOND}
            label="Meters reporting"
            figure="1,264"
            unit="/ 1,300"
            now={1264}
            scale={{ min: 1200, max: 1300, usual: { low: 1288, high: 1298 }, limit: 1235 }}
            format={integer}
            trend={[...wave(12, 1294, 2), 1264, 1264, 1264]}
          />
          <Kpi
            asOf={NOW - 240 * SECOND}
            intervalMs={900 * SECOND}
            label="Rooms under 24 h left"
            figure="31"
            unit="/ 1,004"
            now={31}
            scale={{ max: 70, usual: { low: 14, high: 36 }, limit: 60 }}
            format={integer}
            trend={wave(18, 25, 4)}
          />
          <Kpi
            asOf={NOW - 90 * SECOND}
            intervalMs={10 * SECOND}
            label="Unexplained share"
            figure="5.2"
            unit="%"
            now={5.2}
            scale={{ max: 10, usual: { low: 2.2, high: 3.6 }, limit: 8 }}
            format={(value) => formatNumber(value, 1)}
            trend={[...wave(10, 3, 0.3), 5.2, 5.3, 5.2]}
          />
        </KpiRow>
        <div style={{ display: 'grid', gridTemplateColumns: '832px minmax(0, 1fr)', gap: 12 }}>
          <MapStories />
        </div>
        <ChartStories now={NOW} />
        <Panel
          title="Marks"
          meta="newest 3 s, oldest 33 min"
          tools={
            <SegmentedControl
              label="Layer"
              options={[
                { value: 'load', label: 'Load' },
                { value: 'balance', label: 'Balance' },
              ]}
              value={layer}
              onChange={setLayer}
            />
          }
          actions={<Button size="small">List</Button>}
          padded
        >
          <div style={{ display: 'flex', gap: 28, flexWrap: 'wrap', padding: 8 }}>
            {([1, 2, 3, 4] as Priority[]).flatMap((priority) =>
              MARK_STATES.map((state) => (
                <AlarmMark key={`${priority}${state}`} priority={priority} state={state} size="24px" />
              )),
            )}
            <AlarmMark priority={1} state="unacked" size="72px" />
          </div>
        </Panel>
        <Panel>
          <CommandTrack command={command} armed={{ by: 'Zhou Qiang', at: command.createdAt - 10 * SECOND }} />
        </Panel>
        <Panel>
          <CommandTrack
            command={{
              ...command,
              state: 'VERIFIED',
              steps: [...command.steps, { state: 'VERIFIED', at: NOW - 2 * SECOND, note: null }],
            }}
          />
        </Panel>
        <Panel>
          <CommandTrack command={{ ...command, state: 'UNVERIFIED', changedAt: NOW }} />
        </Panel>
        <Panel>
          <CommandTrack
            command={{
              ...command,
              state: 'FAILED_TIMEOUT',
              cause: 'TIMEOUT',
              steps: command.steps.slice(0, 2),
            }}
            actions={<Button size="control">Read now</Button>}
          />
        </Panel>
        <Panel>
          <CommandTrack
            command={{
              ...command,
              state: 'QUEUED',
              action: 'CONNECT',
              reason: 'MANUAL',
              notBefore: NOW + 4 * SECOND,
              steps: command.steps.slice(0, 1),
            }}
            actions={<Button size="control">Undo</Button>}
          />
        </Panel>
        <Panel title="Bands" padded>
          <div style={{ display: 'flex', gap: 4, flexWrap: 'wrap' }}>
            {BAND_ORDER.map((band, index) => (
              <div key={band} style={{ width: 40, height: 40 }}>
                <BandCell
                  band={band}
                  timeLeftMs={
                    [20, 9, 4, 2, 0.6, 0.1][index] ? [20, 9, 4, 2, 0.6, 0.1][index]! * 86_400_000 : null
                  }
                  name={`7-40${index}`}
                  selected={index === 3}
                />
              </div>
            ))}
            {BAND_ORDER.map((band) => (
              <span key={band} style={{ display: 'inline-flex', gap: 8, alignItems: 'center' }}>
                <BandSwatch band={band} />
                <BandTag band={band} />
              </span>
            ))}
          </div>
        </Panel>
        <Panel title="Used 35,880 of 84,000 kWh, 43 % of quota" meta="with 40 % of the month gone" padded>
          <BulletBar
            max={96000}
            quota={84000}
            used={[
              { value: 21800, label: 'working hours 21,800', tone: 'first' },
              { value: 14080, label: 'after hours 14,080', tone: 'second' },
            ]}
            left="left 48,120"
            pace={{ at: 33258, label: 'even pace today 33,258' }}
            ticks={[
              { at: 67200, above: '80 %', below: '23 Nov' },
              { at: 75600, above: '90 %', below: '25 Nov' },
              { at: 84000, above: '100 %', below: '28 Nov', strong: true },
            ]}
            forecast={{
              at: 90720,
              low: 87800,
              high: 93600,
              label: 'forecast 90,720',
              range: '87,800–93,600',
            }}
            description="35,880 of 84,000 kWh used, forecast 90,720"
          />
        </Panel>
        <Panel title="Values and states" padded>
          <p>
            <LiveValue {...fresh}>412 kW</LiveValue> ·{' '}
            <LiveValue asOf={NOW - 33 * SECOND} intervalMs={10 * SECOND}>
              412 kW
            </LiveValue>{' '}
            ·{' '}
            <LiveValue asOf={NOW - 200 * SECOND} intervalMs={10 * SECOND}>
              412 kW
            </LiveValue>{' '}
            ·{' '}
            <LiveValue asOf={null} intervalMs={10 * SECOND}>
              {null}
            </LiveValue>
          </p>
          <EmptyState title="No active alarms">Last check 3 s ago.</EmptyState>
          <ErrorState cause="Readings could not be loaded." at={NOW} reference="a1b2c3" onRetry={() => {}} />
          <Skeleton height={60} />
          <Notice strong>No connection, shown as of 21:03:20.</Notice>
        </Panel>
        <Panel title="Controls" padded>
          <div style={{ display: 'flex', gap: 12, flexWrap: 'wrap', alignItems: 'center' }}>
            <Button variant="primary">Primary</Button>
            <Button>Plain</Button>
            <Button variant="quiet">Quiet</Button>
            <Button size="small">Small</Button>
            <Button size="control" breaker="open" onClick={() => setOpen(true)}>
              Cut…
            </Button>
            <Button size="control" breaker="closed" blockedBy="A cut is live, 0:16 old">
              Restore…
            </Button>
            <BreakerGlyph state="open" size="32px" />
            <BreakerGlyph state="closed" size="32px" />
            {(
              [
                'check',
                'lock',
                'clock',
                'tag',
                'bell',
                'map',
                'person',
                'gauge',
                'grid',
                'bars',
                'search',
              ] as const
            ).map((name) => (
              <Glyph key={name} name={name} />
            ))}
          </div>
          <ChipRow label="Filter">
            <Chip pressed={pressed} onPress={() => setPressed(!pressed)}>
              All zones
            </Chip>
            <Chip pressed={false} onPress={() => {}} count={1}>
              Mine
            </Chip>
            <ChipGap />
            <Chip pressed={false} onPress={() => {}} count={6}>
              P2
            </Chip>
          </ChipRow>
          <div style={{ display: 'grid', gap: 12, maxWidth: 320 }}>
            <Field label="Amount" suffix="¥" defaultValue="50.00" hint="A multiple of 0.01" />
            <Field label="Reference" error="This reference was used with another amount." />
            <SelectField label="Reason">
              <option>Overload</option>
            </SelectField>
            <CheckField label="Site checked" defaultChecked />
          </div>
        </Panel>
        <Dialog
          open={open}
          onOpenChange={setOpen}
          eyebrow={
            <>
              <span>Reserved for you, others see it</span>
              <b>0:54</b>
            </>
          }
          title={
            <>
              <BreakerGlyph state="open" size="28px" /> Cut 7-509
            </>
          }
          actions={
            <>
              <Button variant="primary" size="phone" breaker="open">
                Confirm cut
              </Button>
              <Button size="phone" onClick={() => setOpen(false)}>
                Cancel
              </Button>
            </>
          }
        >
          <FactList
            facts={[
              { term: 'Load now', fact: '1,090 W, measured closed, 6 s ago' },
              { term: 'Residents', fact: '4, no medical device' },
              { term: 'Blocks', fact: 'None', note: 'Gateway online' },
            ]}
          />
        </Dialog>
      </AppShell>
    </CampusTimeProvider>
  );
}
