// Rising times in seconds, and how they are written.
export const clockOf = seconds => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

// How many of the times lie at or before this one (30 ms of grace: a beat and its downbeat may differ by rounding).
export function countUpTo(times, now) {
  let low = 0, high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= now + 0.03) { low = middle + 1; } else { high = middle; }
  }
  return low;
}

const snapReach = 0.75;

// Seconds between this time and the nearer of its neighbours; 0 when it stands alone. A gap in a beat is on one side of it only.
export function stepAt(times, index) {
  const step = Math.min(times[index + 1] - times[index] || Infinity, times[index] - times[index - 1] || Infinity);
  return Number.isFinite(step) ? step : 0;
}

// The nearest of the times as far as they reach; the moment itself outside of them, as the studio does it.
export function snap(times, moment) {
  const time = nearest(times, moment);
  return Math.abs(time - moment) <= snapReach * stepAt(times, times.indexOf(time)) ? time : moment;
}

// The nearest of the times; the moment itself when there is none.
export function nearest(times, moment) {
  const after = countUpTo(times, moment), before = times[after - 1], next = times[after];
  if (before === undefined || next === undefined) {
    return before ?? next ?? moment;
  }
  return moment - before <= next - moment ? before : next;
}

const holeBeats = 1.75;
const noBeatBeats = 5;
const gapsAround = 4;

// Whether the beat pauses before one of the beats, as the studio tells it: the gap is far wider than those beside it, of which one that is a hole itself is no measure.
export function isHole(times, index) {
  const gaps = (from, end) => times.slice(Math.max(1, from), Math.max(1, end)).map((time, i) => time - times[Math.max(1, from) + i - 1]);
  const around = [...gaps(index - gapsAround, index), ...gaps(index + 1, index + 1 + gapsAround)].sort((a, b) => a - b);
  if (index < 1 || around.length === 0) {
    return false;
  }
  const usual = around[(around.length - 1) >> 1];
  const beside = [...gaps(index - 1, index), ...gaps(index + 1, index + 2)].filter(gap => gap <= noBeatBeats * usual);
  return times[index] - times[index - 1] > holeBeats * (beside.length > 0 ? Math.max(...beside) : usual);
}
