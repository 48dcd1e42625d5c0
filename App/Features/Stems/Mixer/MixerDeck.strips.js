// The levels, pans and mutes of the stems: what a hand changes is heard at once, said in words, and can be taken back.
import { clockOf } from '../../../Components/Waveform.times.js';
import { isAudible, isSilent, levelOf, loudestDb, silentDb, withSilence, withoutSilence } from './MixerDeck.levels.js';

const signed = number => `${number > 0 ? '+' : number < 0 ? '−' : ''}${Math.abs(number).toFixed(1)}`;
const gainWords = decibels => decibels <= silentDb ? 'silent' : `${signed(decibels)} dB`;
const panWords = pan => Math.abs(pan) < 0.005 ? 'centre' : `${Math.round(Math.abs(pan) * 100)} % ${pan < 0 ? 'left' : 'right'}`;
const most = 50;
const togetherMs = 1000;
const flat = { gainDb: 0, pan: 0, muted: false, soloed: false, silences: [] };
const isFlat = track => track.gainDb === 0 && track.pan === 0 && !track.muted && !track.soloed && track.silences.length === 0;

export function createStrips(root, names, mix, listen, { changed, forgot, say }) {
  const lanes = [...root.querySelectorAll('[data-lane]')];
  const tracksOf = mix => names.map(name => ({ ...flat, ...mix.tracks.find(track => track.name === name), name }));
  const part = name => root.querySelector(`[data-${name}]`);
  let chosen = 0, tracks = tracksOf(mix), undone = [], done = [], lastChange = { what: '', at: 0 };

  const write = (element, text) => { if (element.textContent !== text) { element.textContent = text; } };
  const press = (element, isPressed) => element.setAttribute('aria-pressed', isPressed);
  const title = index => lanes[index].getAttribute('aria-label');

  function describe(track) {
    return [
      track.muted ? 'muted' : track.soloed ? 'solo' : isAudible(track, tracks) ? '' : 'not heard: another stem is solo', gainWords(track.gainDb), panWords(track.pan),
      ...track.silences.map(silence => `muted from ${clockOf(silence.start)} to ${clockOf(silence.end)}`),
    ].filter(Boolean).join(', ');
  }

  function show() {
    lanes.forEach((lane, i) => {
      const track = tracks[i], gain = lane.querySelector('[data-gain]'), pan = lane.querySelector('[data-pan]');
      press(lane.querySelector('[data-mute]'), track.muted);
      press(lane.querySelector('[data-solo]'), track.soloed);
      [gain.value, pan.value] = [track.gainDb, track.pan * 100];
      gain.setAttribute('aria-valuetext', gainWords(track.gainDb));
      pan.setAttribute('aria-valuetext', panWords(track.pan));
      write(lane.querySelector('[data-gain-words]'), gainWords(track.gainDb));
      write(lane.querySelector('[data-pan-words]'), panWords(track.pan));
      write(lane.querySelector('[data-state]'), describe(track));
      lane.classList.toggle('unheard', !isAudible(track, tracks));
      lane.classList.toggle('chosen', i === chosen);
      lane.querySelector('[data-pick]').setAttribute('aria-current', i === chosen);
    });
    part('silent').hidden = tracks.some(track => levelOf(track, tracks) > 0);
    const vocals = names.indexOf('vocals'), karaoke = part('karaoke');
    if (karaoke) {
      press(karaoke, tracks[vocals].muted && !tracks.some(track => track.soloed || (track.muted && track.name !== 'vocals')));
      karaoke.disabled = false;
    }
    part('reset').disabled = tracks.every(isFlat);
    part('undo').disabled = done.length === 0;
    part('redo').disabled = undone.length === 0;
  }

  function put(next, words) {
    tracks = next;
    show();
    say(words);
    changed(tracks);
  }

  // What a slider goes through is one change, and so are presses of a key that follow each other closely.
  function take(next, words, what = '') {
    if (JSON.stringify(next) === JSON.stringify(tracks)) {
      say(words);
      return;
    }
    const at = performance.now(), isSame = what !== '' && what === lastChange.what && at - lastChange.at < togetherMs && done.length > 0;
    done = isSame ? done : [...done, tracks].slice(-most);
    [undone, lastChange] = [[], { what, at }];
    put(next, words);
  }

  function turn(from, to, words) {
    if (from.length > 0) {
      to.push(tracks);
      lastChange = { what: '', at: 0 };
      put(from.pop(), words);
    }
  }

  const set = (index, change, words, what) => take(tracks.map((track, i) => i === index ? { ...track, ...change } : track), words && `${title(index)} ${words}`, what && `${what} ${index}`);
  const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

  const strips = {
    get tracks() { return tracks; },
    get chosen() { return chosen; },
    title,
    get saved() { return { tracks: tracks.filter(track => !isFlat(track)) }; },
    choose(index) {
      if (index < names.length) {
        chosen = index;
        show();
        say(`${title(index)}: ${describe(tracks[index])}`);
      }
    },
    mute: index => set(index, { muted: !tracks[index].muted }, tracks[index].muted ? 'is heard again' : 'muted'),
    solo: index => set(index, { soloed: !tracks[index].soloed }, tracks[index].soloed ? 'no longer solo' : 'solo'),
    gain: (index, decibels, isSaid = true) => { const gainDb = clamp(Math.round(decibels * 10) / 10, silentDb, loudestDb); set(index, { gainDb }, isSaid ? gainWords(gainDb) : '', 'gain'); },
    pan: (index, value, isSaid = true) => { const pan = clamp(Math.round(value * 100) / 100, -1, 1); set(index, { pan }, isSaid ? panWords(pan) : '', 'pan'); },
    hush(index, range) {
      const { silences } = tracks[index], isHeard = !isSilent(silences, range);
      set(index, { silences: isHeard ? withSilence(silences, range) : withoutSilence(silences, range) }, `${isHeard ? 'muted' : 'heard again'} from ${clockOf(range.start)} to ${clockOf(range.end)}`);
    },
    reset() {
      const before = strips.saved;
      take(tracksOf({ tracks: [] }), '');
      forgot(before);
    },
    restore: mix => take(tracksOf(mix), 'The mix is as it was before.'),
    undo: () => turn(done, undone, 'Undone.'),
    redo: () => turn(undone, done, 'Done again.'),
    karaoke(isOn) {
      const next = names.map((name, i) => ({ ...tracks[i], soloed: false, muted: isOn && name === 'vocals' }));
      take(next, isOn ? 'Karaoke: everything but the voice. It can be downloaded now.' : 'The voice is back.');
    },
  };

  const laneOf = element => lanes.indexOf(element.closest('[data-lane]'));
  // A slider that has the focus says itself what it comes to.
  listen(root, 'input', event => {
    const { target } = event;
    if (target.matches('[data-gain]')) {
      strips.gain(laneOf(target), Number(target.value), false);
    } else if (target.matches('[data-pan]')) {
      strips.pan(laneOf(target), Number(target.value) / 100, false);
    }
  });
  // The keys are for the stem that one has in hand.
  for (const taken of ['focusin', 'pointerdown']) {
    listen(root, taken, event => {
      const lane = event.target.closest('[data-lane]');
      if (lane && lanes.indexOf(lane) !== chosen) {
        chosen = lanes.indexOf(lane);
        show();
      }
    });
  }
  listen(root, 'dblclick', event => {
    if (event.target.matches('[data-gain]')) {
      strips.gain(laneOf(event.target), 0);
    } else if (event.target.matches('[data-pan]')) {
      strips.pan(laneOf(event.target), 0);
    }
  });
  listen(root, 'click', event => {
    const button = event.target.closest('button'), index = button?.closest('[data-lane]') ? laneOf(button) : -1;
    if (index >= 0 && button.matches('[data-mute], [data-solo], [data-pick]')) {
      button.matches('[data-mute]') ? strips.mute(index) : button.matches('[data-solo]') ? strips.solo(index) : strips.choose(index);
    } else if (index >= 0 && button.parentElement.matches('[data-silence]')) {
      strips.hush(index, tracks[index].silences[Number(button.parentElement.dataset.silence)]);
      lanes[index].querySelector('[data-pick]').focus();
    } else if (button?.matches('[data-karaoke]')) {
      strips.karaoke(button.getAttribute('aria-pressed') !== 'true');
    } else if (button?.matches('[data-reset]')) {
      strips.reset();
    } else if (button?.matches('[data-undo]')) {
      strips.undo();
    } else if (button?.matches('[data-redo]')) {
      strips.redo();
    }
  });
  show();
  return strips;
}
