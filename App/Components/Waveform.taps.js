// Taps along with the song, told once when the hand has come to rest: a slow hand rests longer, and after a single tap nobody knows yet how slow it is.
const leastRestMs = 1500;
const firstRestMs = 6000;
const restIntervals = 2.5;
const fewest = 4;

export function createTaps(root, audio, listen, send) {
  const say = text => root.querySelectorAll('[data-taps]').forEach(output => output.textContent = text);
  let taps = [], tappedAt = 0, timer = 0;

  // Two delays lie between ear and tap. That of the loudspeaker is none of ours: browsers tell as currentTime what is heard, not what is decoded. That of a busy page
  // is: the event knows when the finger fell, which may be long before anybody asks here.
  function tap(event) {
    event.preventDefault();
    if (audio.paused) {
      say('Play the song, then tap along.');
      return;
    }
    const late = Math.max(0, performance.now() - event.timeStamp) / 1000;
    taps.push(audio.currentTime - late * audio.playbackRate);
    say(taps.length === 1 ? '1 tap' : `${taps.length} taps · ${(60 / meanStep()).toFixed(1)} BPM`);
    clearTimeout(timer);
    timer = setTimeout(finish, taps.length === 1 ? firstRestMs : Math.max(leastRestMs, restIntervals * (event.timeStamp - tappedAt)));
    tappedAt = event.timeStamp;
  }

  // The step back to the start of a loop is none.
  function meanStep() {
    const steps = taps.slice(1).map((moment, i) => moment - taps[i]).filter(step => step > 0);
    return steps.reduce((sum, step) => sum + step, 0) / steps.length;
  }

  function discard() {
    clearTimeout(timer);
    taps = [];
    say('');
  }

  async function finish() {
    const told = taps;
    discard();
    if (told.length < fewest) {
      say('Tap at least four times.');
    } else {
      await send(told);
    }
  }

  const isTap = event => event.target.closest?.('[data-tap]');
  listen(root, 'pointerdown', event => { if (isTap(event) && event.button === 0) { tap(event); isTap(event).focus(); } });
  // A screen reader presses without a finger.
  listen(root, 'click', event => { if (isTap(event) && event.detail === 0) { tap(event); } });

  return {
    // Whether the key was one for here.
    take(event) {
      const isOnButton = isTap(event);
      if ((event.key.toLowerCase() === 't' || (event.key === ' ' && isOnButton)) && root.querySelector('[data-tap]')) {
        if (!event.repeat) {
          tap(event);
        }
        return true;
      }
      if (taps.length > 0 && (event.key === 'Enter' || event.key === 'Escape')) {
        event.preventDefault();
        event.key === 'Enter' ? finish() : discard();
        return true;
      }
      return false;
    },
    dispose: discard,
  };
}
