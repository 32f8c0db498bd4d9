const READINGS = /^wattkeep_bridge_readings_total\{result="\w+"\} (\d+)/gm;
const UNWANTED =
  /^wattkeep_bridge_(?:readings_total\{result="quarantined"\}|quarantined_total\{[^}]*\}) (\d+)/gm;

async function textOf(metricsUrl: string): Promise<string> {
  return (await fetch(metricsUrl)).text();
}

function sumOf(text: string, pattern: RegExp): number {
  let sum = 0;
  for (const [, count] of text.matchAll(pattern)) sum += Number(count);
  return sum;
}

/** Readings that the bridge has made durable since its start. */
export async function durableReadings(metricsUrl: string): Promise<number> {
  return sumOf(await textOf(metricsUrl), READINGS);
}

/** Readings and messages that were set aside: a measurement in which any is counted measured something else. */
export async function setAsideCount(metricsUrl: string): Promise<number> {
  return sumOf(await textOf(metricsUrl), UNWANTED);
}
