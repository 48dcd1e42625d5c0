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

// The nearest of the times; the moment itself when there is none.
export function nearest(times, moment) {
  const after = countUpTo(times, moment), before = times[after - 1], next = times[after];
  if (before === undefined || next === undefined) {
    return before ?? next ?? moment;
  }
  return moment - before <= next - moment ? before : next;
}
