// The drawing of the sound in two levels: the whole song in a few thousand points, and where one zooms in the finest that the server has, in pieces that are fetched
// once and kept. Ten minutes seen from end to end at the finest level are some fifty thousand points and no more.
const overviewPoints = 6000;
const finePerSecond = 22050 / 256;
const piecePoints = 2048;
const pieceSeconds = piecePoints / finePerSecond;

export function createPeaks(url, duration, signal, arrived, failed) {
  const pieces = new Map();
  let overview = null;

  async function load(points, start, end) {
    const answer = await fetch(`${url}?points=${points}&start=${start}&end=${end}`, { signal });
    if (!answer.ok) {
      throw new Error((await answer.json().catch(() => ({}))).detail ?? `The waveform could not be read (${answer.status}).`);
    }
    const { min, max } = await answer.json();
    return { min, max, start, perSecond: min.length / (end - start) };
  }

  function fetchPiece(index) {
    const start = index * pieceSeconds, end = Math.min(duration, start + pieceSeconds);
    pieces.set(index, null);
    load(Math.ceil((end - start) * finePerSecond), start, end).then(
      peaks => { pieces.set(index, peaks); arrived(); },
      error => { pieces.delete(index); failed(error); });
  }

  load(overviewPoints, 0, duration).then(peaks => { overview = peaks; arrived(); }, failed);

  return {
    get isReady() { return overview !== null; },

    // Fetches what is missing of the finest level where the overview has fewer than two points for a bar.
    want(from, to, barsPerSecond) {
      if (overview === null || barsPerSecond * 2 <= overview.perSecond || overview.perSecond >= finePerSecond) {
        return;
      }
      for (let index = Math.floor(Math.max(0, from) / pieceSeconds); index * pieceSeconds < Math.min(to, duration); index++) {
        if (!pieces.has(index)) {
          fetchPiece(index);
        }
      }
    },

    // The mean of the peaks in a bar, not their extreme: a loud master has a full-scale sample in nearly every bar and would be one block.
    extremes(from, to) {
      const fine = (to - from) * overview.perSecond < 2 ? pieces.get(Math.floor(from / pieceSeconds)) : null;
      const { min, max, start, perSecond } = fine ?? overview;
      const first = Math.min(min.length - 1, Math.max(0, Math.floor((from - start) * perSecond)));
      const last = Math.min(min.length - 1, Math.max(first, Math.ceil((to - start) * perSecond) - 1));
      let low = 0, high = 0;
      for (let i = first; i <= last; i++) {
        low += min[i];
        high += max[i];
      }
      return [low / (last - first + 1), high / (last - first + 1)];
    },

    // A quiet song fills the height too; what counts to the eye is its own loud and soft.
    loudest(bars) {
      let loudest = 0;
      for (let bar = 0; bar < bars; bar++) {
        const [low, high] = this.extremes(bar * duration / bars, (bar + 1) * duration / bars);
        loudest = Math.max(loudest, high, -low);
      }
      return loudest;
    },
  };
}
