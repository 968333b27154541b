/** Where a value stands on an axis, in units of the picture. */
export type Scale = (value: number) => number;

export function linear([low, high]: readonly [number, number], [from, to]: readonly [number, number]): Scale {
  const span = high - low || 1;
  return (value) => from + ((value - low) / span) * (to - from);
}

export function logarithmic([low, high]: readonly [number, number], range: readonly [number, number]): Scale {
  const scale = linear([Math.log10(low), Math.log10(high)], range);
  return (value) => scale(Math.log10(Math.max(value, low)));
}

/** 1, 2 and 5 times powers of ten, or only the powers where these are many; around the values, both ends included. */
export function logTicks(low: number, high: number): readonly number[] {
  const decades = Math.log10(high / low);
  const steps = decades > 3 ? [1] : decades > 1.5 ? [1, 3] : [1, 2, 5];
  const all: number[] = [];
  for (let power = Math.floor(Math.log10(low)) - 1; power <= Math.ceil(Math.log10(high)) + 1; power++) {
    for (const step of steps) all.push(step * 10 ** power);
  }
  const first = all.findLastIndex((tick) => tick <= low * 1.0001);
  const last = all.findIndex((tick) => tick >= high * 0.9999);
  return all.slice(first, last + 1);
}

/** Round steps from 0 (or from `low`, where that is negative) to at least `high`. */
export function linearTicks(low: number, high: number, about = 4): readonly number[] {
  const span = high - Math.min(0, low) || 1;
  const rough = span / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((one) => one >= rough * 0.999) ?? rough;
  const ticks: number[] = [];
  for (let index = Math.floor(Math.min(0, low) / step); (index - 1) * step < high; index++) {
    ticks.push(index * step);
    if (index * step >= high) break;
  }
  return ticks;
}
