// A click on every beat, over the song: the ear hears at once whether the grid fits. Each click is given to the sound card ahead of its time, so that a busy page does
// not make it late; whatever moves the song away from where it was expected takes back what was given.
const tickMs = 25;
const aheadSeconds = 0.25;
const aheadWhenHiddenSeconds = 1.5;
const samplesKept = 41;
const samplesNeeded = 3;
const lateSeconds = 0.08;
const lengthSeconds = 0.04;

export function createClicks(audio, song, listen) {
  let context = null, volume = null, loudness = 0.6, timer = 0, from = 0, next = 0, offsets = [], given = [];

  // The moment of the context's clock that is leaving the loudspeaker now.
  function heard() {
    const { contextTime, performanceTime } = context.getOutputTimestamp();
    return contextTime > 0 ? contextTime + (performance.now() - performanceTime) / 1000 : context.currentTime - (context.outputLatency || 0);
  }

  function tick() {
    const rate = audio.playbackRate;
    offsets = [...offsets, heard() - audio.currentTime / rate].slice(-samplesKept);
    const offset = offsets.toSorted((a, b) => a - b)[offsets.length >> 1];
    // A few samples tell the offset only roughly: as long as there are no more, nothing is given but what cannot wait.
    const ahead = offsets.length < samplesNeeded ? lateSeconds : document.hidden ? aheadWhenHiddenSeconds : aheadSeconds;
    const until = audio.currentTime + ahead * rate;
    given = given.filter(click => click.at > context.currentTime);
    for (; next < song.beats.length && song.beats[next] < until; next++) {
      const at = offset + song.beats[next] / rate;
      if (at >= context.currentTime - lateSeconds) {
        click(Math.max(at, context.currentTime), song.areDownbeats[next]);
      }
    }
  }

  function click(at, isDownbeat) {
    const tone = context.createOscillator(), envelope = context.createGain();
    tone.frequency.value = isDownbeat ? 1760 : 1175;
    envelope.gain.setValueAtTime(isDownbeat ? 1 : 0.6, at);
    envelope.gain.exponentialRampToValueAtTime(0.001, at + lengthSeconds);
    tone.connect(envelope).connect(volume);
    tone.start(at);
    tone.stop(at + lengthSeconds);
    given.push({ at, tone });
  }

  function stop() {
    clearInterval(timer);
    timer = 0;
    for (const { tone } of given) {
      tone.disconnect();
    }
    [given, offsets] = [[], []];
  }

  // The clock of the song is asked anew: after a leap or at another speed the old relation to the sound card's clock is worth nothing.
  function restart(start = audio.currentTime) {
    stop();
    if (context !== null && context.state !== 'suspended' && !audio.paused) {
      next = song.beats.findIndex(beat => beat >= start - 0.005);
      next = next < 0 ? song.beats.length : next;
      timer = setInterval(tick, tickMs);
      tick();
    }
  }

  // The song is some milliseconds further when it tells that it plays: the beat that it began on is not to be missed.
  for (const begun of ['playing', 'seeked']) {
    listen(audio, begun, () => restart(Math.min(from, audio.currentTime)));
  }
  listen(audio, 'ratechange', () => restart());
  for (const halted of ['pause', 'seeking', 'waiting', 'ended']) {
    listen(audio, halted, () => { stop(); from = audio.currentTime; });
  }

  return {
    restart,

    async turn(isOn) {
      if (isOn) {
        context ??= new AudioContext({ latencyHint: 'interactive' });
        if (volume === null) {
          volume = context.createGain();
          volume.connect(context.destination);
          volume.gain.value = loudness;
        }
        await context.resume();
        restart();
      } else {
        stop();
        await context?.suspend();
      }
    },

    set volume(value) {
      loudness = value;
      volume?.gain.setTargetAtTime(value, context.currentTime, 0.01);
    },

    dispose() {
      stop();
      context?.close();
    },
  };
}
