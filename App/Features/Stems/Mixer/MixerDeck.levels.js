// How loud a stem is heard, as the mix says it: the same rules by which the studio exports.
export const silentDb = -60;
export const loudestDb = 12;
const fadeSeconds = 0.01;

export const isAudible = (track, tracks) => !track.muted && (track.soloed || !tracks.some(other => other.soloed));

export const gainOf = decibels => decibels <= silentDb ? 0 : 10 ** (decibels / 20);

export const levelOf = (track, tracks) => isAudible(track, tracks) ? gainOf(track.gainDb) : 0;

const fadeOf = silence => Math.min(fadeSeconds, (silence.end - silence.start) / 2);

// 1 outside of all silences, 0 inside of one, between them over a fade.
export function envelopeAt(silences, seconds) {
  const silence = silences.find(each => seconds >= each.start && seconds < each.end);
  return silence === undefined ? 1 : Math.max(0, 1 - (seconds - silence.start) / fadeOf(silence), 1 - (silence.end - seconds) / fadeOf(silence));
}

// Where the envelope bends; between these moments it is a straight line.
export const cornersOf = silence => [silence.start, silence.start + fadeOf(silence), silence.end - fadeOf(silence), silence.end];

// With a stretch more in which nothing is heard; what touches becomes one.
export function withSilence(silences, { start, end }) {
  const apart = silences.filter(each => each.end < start || each.start > end), touching = silences.filter(each => !apart.includes(each));
  const joined = { start: Math.min(start, ...touching.map(each => each.start)), end: Math.max(end, ...touching.map(each => each.end)) };
  return [...apart, joined].sort((a, b) => a.start - b.start);
}

// With a stretch in which it is heard again.
export const withoutSilence = (silences, { start, end }) => silences.flatMap(each =>
  [{ start: each.start, end: Math.min(each.end, start) }, { start: Math.max(each.start, end), end: each.end }].filter(rest => rest.end - rest.start > 0.001));

export const isSilent = (silences, { start, end }) => silences.some(each => each.start <= start + 0.001 && each.end >= end - 0.001);
