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
