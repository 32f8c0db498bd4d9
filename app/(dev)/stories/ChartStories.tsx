'use client';

import { useMemo } from 'react';
import { LatencyChart } from '../../../components/charts/LatencyChart';
import { LoadTodayChart } from '../../../components/charts/LoadTodayChart';
import { MonthBarsChart } from '../../../components/charts/MonthBarsChart';
import { QuotaBurnUpChart } from '../../../components/charts/QuotaBurnUpChart';
import { RoomLoadChart } from '../../../components/charts/RoomLoadChart';
import { WeekLoadChart } from '../../../components/charts/WeekLoadChart';
import { Panel } from '../../../components/ui/Panel';

const ZONE = 'Asia/Shanghai';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const curve = (hour: number) =>
  420 + 430 / (1 + Math.exp(-(hour - 7.5))) - (hour > 21 ? (hour - 21) * 90 : 0);

/** Charts with made-up data at one moment; `wall` draws the day's load in a wall's type. */
export function ChartStories({ now, wall = false }: { now: number; wall?: boolean }) {
  const data = useMemo(() => {
    const dayStart = Date.UTC(2026, 10, 11, 16);
    const quarter = Array.from({ length: 96 }, (_, i) => dayStart + i * 900_000);
    const week = Array.from({ length: 7 }, (_, i) => dayStart - (6 - i) * DAY);
    const names = ['Thu 6', 'Fri 7', 'Sat 8', 'Sun 9', 'Mon 10', 'Tue 11', 'Wed 12'];
    const month = Date.UTC(2026, 9, 31, 16);
    return {
      today: {
        dayStart,
        dayEnd: dayStart + DAY,
        now,
        zone: ZONE,
        actual: quarter
          .filter((at) => at <= now)
          .map((at, i) => [at, (curve(i / 4) + Math.sin(i) * 9) * 1_000] as const),
        yesterday: quarter.map((at, i) => [at, (curve(i / 4) * 0.97 + Math.cos(i) * 6) * 1_000] as const),
        forecast: quarter
          .filter((at) => at >= now - 900_000)
          .map(
            (at, i) => [at, (860 - i * 22) * 1_000, (860 - i * 26) * 1_000, (860 - i * 18) * 1_000] as const,
          ),
        capacity: 1_235_000,
        alarms: [
          { priority: 2 as const, from: now - 2_100_000, to: null },
          { priority: 1 as const, from: now - 400_000, to: null },
        ],
      },
      room: {
        from: now - HOUR,
        to: now,
        zone: ZONE,
        points: Array.from(
          { length: 120 },
          (_, i) =>
            [
              now - HOUR + i * 30_000,
              i < 112 ? 300 + Math.sin(i / 7) * 30 + i : 1_240 + Math.sin(i) * 8,
            ] as const,
        ),
        limit: 800,
        usual: { low: 180, high: 420 },
        alarms: [{ priority: 2 as const, from: now - 231_000, to: null }],
      },
      week: {
        zone: ZONE,
        days: week.map((start, i) => ({
          start,
          end: start + DAY,
          name: names[i]!,
          energy: `${(4.5 + i / 10).toFixed(1)}\u202fkWh`,
          today: i === 6,
        })),
        points: Array.from({ length: 330 }, (_, i) => {
          const at = week[0]! + i * 1_800_000;
          const hour = (i / 2) % 24;
          const value =
            i >= 148 && i < 152
              ? null
              : 100 + Math.max(0, 320 * Math.exp(-((hour - 20) ** 2) / 12)) + (i % 5) * 14;
          return [at, value] as const;
        }),
        limit: 800,
        peaks: week.flatMap((start) => [
          { from: start + 8 * HOUR, to: start + 11 * HOUR },
          { from: start + 18 * HOUR, to: start + 23 * HOUR },
        ]),
        gaps: [
          { from: week[0]! + 148 * 1_800_000, to: week[0]! + 152 * 1_800_000, label: 'no data 02:00–04:00' },
        ],
        alarms: [],
      },
      burn: {
        from: month,
        to: month + 30 * DAY,
        now,
        zone: ZONE,
        actual: Array.from(
          { length: 13 },
          (_, i) => [Math.min(now, month + i * DAY), Math.min(35_880, i * 2_990)] as const,
        ),
        forecast: Array.from({ length: 19 }, (_, i) => {
          const value = 35_880 + (i / 18) * 54_840;
          return [
            now + i * ((month + 30 * DAY - now) / 18),
            value,
            value - i * 162,
            value + i * 160,
          ] as const;
        }),
        quota: 84_000,
        crossing: month + 27.6 * DAY,
      },
      months: {
        months: ['Dec', 'Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov'].map(
          (name, i) => ({
            name,
            used: [
              80_400, 63_100, 45_200, 79_500, 76_900, 82_000, 85_220, 70_400, 58_400, 82_300, 84_760, 35_880,
            ][i]!,
            lastYear: [
              77_400, 62_100, 48_000, 76_000, 74_900, 78_300, 80_700, 73_600, 60_400, 79_000, 80_200, 82_400,
            ][i]!,
            forecast: i === 11 ? 90_720 : undefined,
            current: i === 11,
          }),
        ),
        quota: 84_000,
      },
      latency: { samplesMs: Array.from({ length: 100 }, (_, i) => 60 + (i * i) / 16), targetMs: 1_000 },
    };
  }, [now]);
  if (wall) return <LoadTodayChart data={data.today} wall height="50rem" />;
  return (
    <>
      <Panel title="Load today" meta="14,311 kWh so far, ≈ 16,450 kWh by midnight; yesterday 16,529 kWh">
        <LoadTodayChart data={data.today} />
      </Panel>
      <div style={{ display: 'grid', gridTemplateColumns: '456px minmax(0,1fr)', gap: 12 }}>
        <Panel title="Load now" padded>
          <RoomLoadChart data={data.room} name="Room 7-412" />
        </Panel>
        <Panel title="Load, 7 days" padded>
          <WeekLoadChart data={data.week} name="Room 7-412" />
        </Panel>
      </div>
      <div style={{ display: 'grid', gridTemplateColumns: 'repeat(2, minmax(0,1fr))', gap: 12 }}>
        <Panel
          title="Burn-up, kWh since 1 Nov"
          meta="100 % falls between 27 and 29 Nov in 8 of 10 cases"
          padded
        >
          <QuotaBurnUpChart data={data.burn} />
        </Panel>
        <Panel title="Dec 2025 to Nov 2026, kWh" meta="line = last year" padded>
          <MonthBarsChart data={data.months} />
        </Panel>
      </div>
      <Panel title="Top-up to power" padded>
        <LatencyChart data={data.latency} name="Top-up to the relay's acknowledgement" />
      </Panel>
    </>
  );
}
