// Two players take turns: while one shows a shot, the other waits at the beginning of the next. The song's clock leads; a picture that strays from it is put back.
const graceSeconds = 0.006;
const lastPictureSeconds = 0.04;
const strayPlayingSeconds = 0.15;
const strayRestingSeconds = 0.02;

export function create(root) {
  const life = new AbortController();
  const listen = (target, type, handler) => target.addEventListener(type, handler, { signal: life.signal });
  const audio = root.closest('[data-timeline]').querySelector('audio[data-audio]');
  const reels = [...root.querySelectorAll('[data-reel]')], still = root.querySelector('[data-still]'), note = root.querySelector('[data-note]');
  let film = { shots: [], ends: 0, fit: 'cover' }, frame = 0, broken = new Set();

  const show = element => [...reels, still, note].forEach(other => other.hidden = other !== element);
  const say = text => { note.textContent = text; show(note); };

  function indexAt(seconds) {
    const after = film.shots.findIndex(shot => shot.start > seconds + graceSeconds);
    return seconds > film.ends || (film.shots.length > 0 && seconds + graceSeconds < film.shots[0].start) ? -1 : after < 0 ? film.shots.length - 1 : after - 1;
  }

  // What a shot shows at a moment of the song, in seconds of its clip.
  function sourceAt(shot, seconds) {
    const at = shot.from + Math.max(0, seconds - shot.start) * shot.speed, last = Math.max(0, shot.seconds - lastPictureSeconds);
    return at <= last ? at : shot.loops && shot.seconds > 0 ? at % shot.seconds : last;
  }

  function load(reel, index) {
    const shot = film.shots[index];
    if (reel.dataset.clip !== shot.clip) {
      reel.dataset.clip = shot.clip;
      reel.src = `/api/v1/clips/${shot.clip}/video`;
    }
    reel.dataset.place = index;
  }

  function seek(reel, seconds, tolerance) {
    if (Math.abs(reel.currentTime - seconds) > tolerance && !reel.seeking) {
      reel.currentTime = seconds;
    }
  }

  function follow(reel, shot) {
    const wanted = sourceAt(shot, audio.currentTime);
    if (audio.paused) {
      reel.pause();
      seek(reel, wanted, strayRestingSeconds);
      return;
    }
    reel.playbackRate = Math.min(4, Math.max(0.25, audio.playbackRate * shot.speed));
    seek(reel, wanted, strayPlayingSeconds);
    const isHeld = !shot.loops && wanted >= shot.seconds - lastPictureSeconds;
    if (isHeld) {
      reel.pause();
    } else if (reel.paused) {
      reel.play().catch(error => { if (error.name !== 'AbortError') { console.warn(error.message); } });
    }
  }

  function showStill(clip) {
    const address = `/api/v1/clips/${clip}/thumbnail`;
    if (still.getAttribute('src') !== address) {
      still.src = address;
    }
    show(still);
  }

  function draw() {
    frame = 0;
    const index = indexAt(audio.currentTime), shot = film.shots[index];
    if (!audio.paused) {
      frame = requestAnimationFrame(draw);
    }
    if (!shot) {
      reels.forEach(reel => reel.pause());
      say(film.shots.length > 0 && audio.currentTime < film.shots[0].start ? 'The video begins later in the song.' : 'The video has ended here.');
    } else if (!shot.clip) {
      say('The clip of this shot was deleted. Choose another one.');
    } else if (shot.isStill || broken.has(shot.clip)) {
      reels.forEach(reel => reel.pause());
      showStill(shot.clip);
    } else {
      const ready = reels.find(reel => Number(reel.dataset.place) === index && reel.dataset.clip === shot.clip) ?? reels.find(reel => reel.dataset.clip === shot.clip) ?? reels.find(reel => reel.hidden) ?? reels[0];
      load(ready, index);
      follow(ready, shot);
      show(ready);
      prepare(reels.find(reel => reel !== ready), index + 1);
    }
  }

  function prepare(other, index) {
    const next = film.shots[index];
    other.pause();
    if (next?.clip && !next.isStill && !broken.has(next.clip) && Number(other.dataset.place) !== index) {
      load(other, index);
      other.currentTime = sourceAt(next, next.start);
    }
  }

  const redraw = () => { frame ||= requestAnimationFrame(draw); };
  for (const moment of ['play', 'pause', 'seeking', 'seeked', 'ratechange', 'ended']) {
    listen(audio, moment, redraw);
  }
  for (const reel of reels) {
    // A jump that was asked for while another was under way.
    listen(reel, 'seeked', redraw);
    listen(reel, 'loadedmetadata', redraw);
    listen(reel, 'error', () => { broken.add(reel.dataset.clip); redraw(); });
  }

  return {
    update(next) {
      film = next;
      root.dataset.fit = next.fit;
      reels.forEach(reel => delete reel.dataset.place);
      redraw();
    },
    dispose() {
      life.abort();
      cancelAnimationFrame(frame);
      reels.forEach(reel => { reel.pause(); reel.removeAttribute('src'); });
    },
  };
}
