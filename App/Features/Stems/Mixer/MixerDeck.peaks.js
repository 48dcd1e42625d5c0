// The drawings of all stems: the whole song in some thousand points, and the stretch that one has zoomed into as fine as it is seen.
const overviewPoints = 4000;
const pointsPerBar = 2;
const loudestScale = 8;
const heights = [8, 6, 4, 3, 2];
const scaleBars = 400;

export function createPeaks(url, duration, signal, arrived, failed) {
  let overview = null, detail = null, scale = 1, times = [], wanted = 0;

  async function load(points, start, end) {
    const answer = await fetch(`${url}?points=${points}&start=${start}&end=${end}`, { signal });
    if (!answer.ok) {
      throw new Error((await answer.json().catch(() => ({}))).detail ?? `The waveforms could not be read (${answer.status}).`);
    }
    const stems = await answer.json();
    return { stems, start, end, perSecond: stems[0].min.length / (end - start) };
  }

  // The mean of the peaks, not their extreme: else a loud song is one block.
  function extremes(stem, from, to) {
    const isFine = (to - from) * overview.perSecond < pointsPerBar && detail?.start <= from && detail.end >= to;
    const { stems, start, perSecond } = isFine ? detail : overview, { min, max } = stems[stem];
    const first = Math.min(min.length - 1, Math.max(0, Math.floor((from - start) * perSecond))), last = Math.min(min.length - 1, Math.max(first, Math.ceil((to - start) * perSecond) - 1));
    let low = 0, high = 0;
    for (let i = first; i <= last; i++) {
      low += min[i];
      high += max[i];
    }
    return [low / (last - first + 1), high / (last - first + 1)];
  }

  // A quiet song fills the lanes too. A stem that is far quieter than the loudest is drawn a whole number of times as tall, which is said beside it.
  function show(loaded) {
    overview = loaded;
    const step = duration / scaleBars, peaks = loaded.stems.map((_, stem) => Math.max(...Array.from({ length: scaleBars }, (_, bar) => Math.max(...extremes(stem, bar * step, (bar + 1) * step).map(Math.abs)))));
    const loudest = Math.max(...peaks, 1 / loudestScale);
    scale = 1 / loudest;
    times = peaks.map(peak => (peak > 0 ? heights.find(height => height * peak <= loudest) : undefined) ?? 1);
    arrived();
  }

  load(overviewPoints, 0, duration).then(show).catch(failed);

  return {
    get isReady() { return overview !== null; },
    get scale() { return scale; },

    // How many times as tall as the others a stem is drawn.
    timesOf: stem => times[stem] ?? 1,

    // Fetches a stretch where the overview is too coarse for so many bars.
    want(start, end, bars) {
      const mine = ++wanted;
      if (overview !== null && bars * pointsPerBar > (end - start) * overview.perSecond && !(detail?.start <= start && detail.end >= end && detail.perSecond * (end - start) >= bars)) {
        const around = (end - start) / 2, first = Math.max(0, start - around), last = Math.min(duration, end + around);
        load(Math.min(20000, Math.ceil(bars * pointsPerBar * (last - first) / (end - start))), first, last).then(loaded => {
          if (mine === wanted) {
            detail = loaded;
            arrived();
          }
        }).catch(failed);
      }
    },

    extremes,
  };
}
