// The row of shots under the waveform: keys and pointers are told to the page, which knows what they mean; the song is sought and followed here.
const graceSeconds = 0.006;
const dragPixels = 4;
const fields = 'input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]';
const once = new Set(['s', 'm', 'l', ',', '.', '<', '>', '?', 'e', 'v', 'p']);
const choosing = new Set(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'Enter', ' ']);

export function create(root, component) {
  const life = new AbortController();
  const listen = (target, type, handler) => target.addEventListener(type, handler, { signal: life.signal });
  const page = root.closest('[data-timeline]');
  const audio = page.querySelector('audio[data-audio]');
  let film = { duration: 1, starts: [], ends: 0, marks: [], least: 0 }, held = null, told = -1;

  const tell = (method, ...args) => component.invokeMethodAsync(method, ...args).catch(error => console.warn(error.message));
  const secondsAt = clientX => {
    const box = root.getBoundingClientRect();
    return (clientX - box.left) / box.width * film.duration;
  };

  function indexAt(seconds) {
    const after = film.starts.findIndex(start => start > seconds + graceSeconds);
    return seconds + graceSeconds < film.starts[0] || seconds > film.ends ? -1 : after < 0 ? film.starts.length - 1 : after - 1;
  }

  // Where the song has come to rest, there is what somebody wants to look at.
  function reach() {
    const index = indexAt(audio.currentTime);
    if (audio.paused && index >= 0 && index !== told) {
      told = index;
      tell('Reach', index);
    }
  }

  function mark() {
    const index = audio.paused ? -1 : indexAt(audio.currentTime);
    const now = root.querySelector('.shot.playing');
    if (now?.dataset.shot !== `${index}`) {
      now?.classList.remove('playing');
      root.querySelector(`[data-shot="${index}"]`)?.classList.add('playing');
    }
  }

  function keyOf(event) {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const isArrow = key.startsWith('Arrow');
    return `${event.ctrlKey || event.metaKey ? 'Control+' : ''}${event.shiftKey && (isArrow || event.ctrlKey || event.metaKey) ? 'Shift+' : ''}${key}`;
  }

  listen(root, 'keydown', event => {
    if (event.altKey || event.defaultPrevented) {
      return;
    }
    const key = keyOf(event), plain = key.replace(/^(Control\+)?(Shift\+)?/, '');
    const isMove = key !== plain && (plain === 'ArrowLeft' || plain === 'ArrowRight');
    const isPlain = key === plain && (once.has(key) || choosing.has(key) || /^[0-9]$/.test(key));
    if (!isMove && !isPlain) {
      return;
    }
    event.preventDefault();
    // A held key runs through the shots, but edits only once.
    if (!event.repeat || (key === plain && choosing.has(key))) {
      key === ' ' ? page.querySelector('[data-play]').click() : tell('Press', key);
    }
  });
  // Undo and redo anywhere on the page but in a field, which has its own.
  listen(document, 'keydown', event => {
    const key = keyOf(event), isHere = event.target === document.body || page.contains(event.target) || event.target.matches?.('main, h1');
    const tool = { 'Control+z': 'undo', 'Control+y': 'redo', 'Control+Shift+z': 'redo' }[key];
    if (tool && isHere && !event.altKey && !event.defaultPrevented && !event.target.matches?.(fields)) {
      event.preventDefault();
      page.querySelector(`[data-${tool}]`)?.click();
    }
  });
  listen(root, 'click', event => {
    // The holds of the chosen shot may lie over narrow neighbours.
    const index = held?.at == null ? indexAt(secondsAt(event.clientX)) : -1;
    if (index >= 0) {
      told = index;
      tell('Choose', index);
    }
    held = null;
  });

  // A cut that is dragged jumps from place to place; it is told once it is let go.
  function place(seconds, index) {
    const low = film.starts[index - 1] + film.least, high = (film.starts[index + 1] ?? film.ends) - film.least;
    const free = film.marks.filter(time => time >= low && time <= high);
    return free.length === 0 ? null : free.reduce((best, time) => Math.abs(time - seconds) < Math.abs(best - seconds) ? time : best);
  }
  listen(root, 'pointerdown', event => {
    const hold = event.target.closest('[data-cut]');
    if (hold && event.button === 0) {
      hold.setPointerCapture(event.pointerId);
      held = { hold, index: Number(hold.dataset.cut), x: event.clientX, at: null };
    } else {
      held = null;
    }
  });
  listen(root, 'pointermove', event => {
    if (held?.hold.hasPointerCapture(event.pointerId) && (held.at !== null || Math.abs(event.clientX - held.x) > dragPixels)) {
      held.at = place(secondsAt(event.clientX), held.index) ?? held.at;
      if (held.at !== null) {
        held.hold.classList.add('held');
        held.hold.style.left = `${held.at / film.duration * 100}%`;
      }
    }
  });
  function letGo(isKept) {
    if (held !== null) {
      const { hold, index, at } = held;
      hold.classList.remove('held');
      if (isKept && at !== null && Math.abs(at - film.starts[index]) > 0.001) {
        tell('MoveCut', index, at);
      } else {
        hold.style.left = `${film.starts[index] / film.duration * 100}%`;
      }
    }
  }
  listen(root, 'pointerup', () => letGo(true));
  listen(root, 'pointercancel', () => { letGo(false); held = null; });

  for (const moment of ['pause', 'seeked']) {
    listen(audio, moment, reach);
  }
  for (const moment of ['timeupdate', 'pause', 'play', 'seeked']) {
    listen(audio, moment, mark);
  }

  return {
    update(next) {
      film = next;
      root.dataset.ready = 'true';
    },
    show(index, seconds) {
      told = index;
      root.querySelector(`[data-shot="${index}"]`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      if (audio.paused) {
        audio.currentTime = Math.min(seconds, Math.max(0, film.duration - 0.01));
      }
    },
    play(seconds) {
      audio.currentTime = seconds;
      audio.play().catch(error => console.warn(error.message));
    },
    dispose() { life.abort(); },
  };
}
