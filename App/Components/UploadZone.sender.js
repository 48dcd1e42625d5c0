// Sends files by the tus protocol, two at a time, and goes on where it was after a broken connection, a pause or a reload. It lives as long as the page; zones come and go and look on.
import { httpStack } from './UploadZone.checksums.js';
import * as shelf from './UploadZone.shelf.js';

const parallel = 2;
const partBytes = 4 << 20;
const keptMs = 24 * 3600 * 1000;
const restMs = [500, 1000, 2000, 5000, 10_000, 20_000, 30_000];

// What passes by itself, from a broken connection to a studio that is just being started; and what is tried again a few times.
const passing = [0, 408, 423, 429, 502, 503, 504];
const faulty = [460, 500];
const mostFaults = 5;

const { Upload } = window.tus;
const endpoint = new URL('api/v1/uploads', document.baseURI).href;

const uploads = new Map(), known = new Set(), watchers = new Set();

// A place is an account, what files become there, and the song that they are for.
const isOf = (record, place) => record.owner === place.owner && record.target === place.target && record.song === place.song;
const isRunning = upload => upload.state === 'sending' || upload.state === 'resting';

// Shows the uploads of a place from now on, also those that an earlier page began.
export function watch(place, shown) {
  const watcher = { place, shown };
  watchers.add(watcher);
  [...uploads.values()].filter(upload => isOf(upload.record, place)).forEach(upload => shown(rowOf(upload)));
  shelf.readAll().filter(record => isOf(record, place)).sort((a, b) => a.begun - b.begun).forEach(takeUp);
  return { add: files => [...files].forEach(file => add(place, file)), drop, end: () => watchers.delete(watcher) };
}

function add(place, file) {
  const { name, size, lastModified } = file;
  const wanted = [...uploads.values()].find(({ state, record }) =>
    state === 'wanted' && isOf(record, place) && record.name === name && record.size === size && record.lastModified === lastModified);
  if (wanted) {
    Object.assign(wanted, { file, state: 'waiting', problem: null });
    keep(wanted);
    queue(wanted);
    return;
  }

  const id = [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');
  const record = { ...place, id, name, size, lastModified, begun: performance.timeOrigin + performance.now(), url: null, sent: 0, expires: Date.now() + keptMs };
  known.add(id);
  alone(id, () => begin(record, file, false));
}

// Of several tabs one sends; when it is closed the next goes on. Where a browser knows no locks, the studio lets in one part at a time.
const alone = (id, work) => navigator.locks ? navigator.locks.request(`downbeat.upload.${id}`, work) : work();

function takeUp({ id }) {
  if (!known.has(id)) {
    known.add(id);
    alone(id, async () => {
      const file = await shelf.findFile(id);
      const record = shelf.read(id);
      return record ? begin(record, file, file !== undefined) : known.delete(id);
    });
  }
}

// Lasts until the upload has ended.
function begin(record, file, isKept) {
  const upload = { record, file, isKept, state: file ? 'waiting' : 'wanted', fraction: record.sent / (record.size || 1), problem: null, tries: 0, faults: 0 };
  uploads.set(record.id, upload);
  if (file && !isKept) {
    keep(upload);
  }
  queue(upload);
  return new Promise(resolve => { upload.ended = resolve; });
}

async function keep(upload) {
  upload.isKept = shelf.write(upload.record) && await shelf.keepFile(upload.record.id, upload.file);
}

function queue(upload) {
  show(upload);
  for (const next of uploads.values()) {
    if (next.state === 'waiting' && [...uploads.values()].filter(isRunning).length < parallel) {
      send(next);
    }
  }
}

function send(upload) {
  const { record } = upload;
  upload.state = 'sending';
  show(upload);
  upload.sender = new Upload(upload.file, {
    // Not both, or an answer that is no answer would begin the upload anew.
    endpoint: record.url ? null : endpoint,
    uploadUrl: record.url && new URL(record.url, endpoint).href,
    metadata: { filename: record.name, target: record.target, ...record.song && { song: record.song } },
    headers: headers(),
    chunkSize: partBytes,
    httpStack,
    retryDelays: null,
    storeFingerprintForResuming: false,
    onUploadUrlAvailable() {
      record.url = new URL(upload.sender.url).pathname;
      shelf.write(record);
    },
    onAfterResponse(_, response) {
      record.expires = Date.parse(response.getHeader('Upload-Expires')) || record.expires;
    },
    onProgress(sent, total) {
      upload.fraction = total ? sent / total : 1;
      show(upload);
    },
    onChunkComplete(_, sent) {
      Object.assign(upload, { tries: 0, faults: 0 });
      record.sent = sent;
      shelf.write(record);
    },
    onSuccess: () => end(upload, 'done'),
    onError: error => meet(upload, error),
  });
  upload.sender.start();
}

const headers = () => ({ 'X-CSRF-TOKEN': document.querySelector('meta[name=csrf-token]').content });

function meet(upload, error) {
  const { record } = upload, response = error.originalResponse, status = response?.getStatus() ?? 0;
  const { code, detail } = problemOf(response);
  if (error.causingError instanceof DOMException) {
    Object.assign(upload, { file: null, state: 'wanted', isKept: false });
    queue(upload);
  } else if (status === 404 && record.url && (code ?? 'upload.not_found') === 'upload.not_found') {
    // Expired; or another tab stopped it, and took its record away.
    if (upload.isKept && shelf.read(record.id) === null) {
      return end(upload, 'dropped');
    }
    Object.assign(record, { url: null, sent: 0 });
    shelf.write(record);
    rest(upload);
  } else if (passing.includes(status) || code === 'upload.offset' || faulty.includes(status) && upload.faults++ < mostFaults) {
    rest(upload);
  } else {
    fail(upload, status, detail, code);
  }
}

function problemOf(response) {
  try {
    return JSON.parse(response.getBody());
  } catch {
    return {};
  }
}

// What is not the file's fault may go on after a reload.
function fail(upload, status, detail, code) {
  upload.state = 'failed';
  upload.problem = status === 401 ? 'Sign in again; the upload goes on from where it was.'
    : detail ?? (status === 413 ? 'The file is too large for this studio.' : `The studio refused the file (${status}).`);
  if (status < 500 && status !== 401 && code !== 'request.antiforgery') {
    shelf.remove(upload.record.id);
  }
  queue(upload);
}

function rest(upload) {
  upload.state = 'resting';
  upload.timer = setTimeout(send, navigator.onLine ? restMs[Math.min(upload.tries, restMs.length - 1)] : restMs.at(-1), upload);
  upload.tries++;
  show(upload);
}

function wake() {
  for (const upload of [...uploads.values()].filter(({ state }) => state === 'resting')) {
    clearTimeout(upload.timer);
    send(upload);
  }
}

function drop(id) {
  const upload = uploads.get(id);
  if (upload) {
    clearTimeout(upload.timer);
    upload.sender?.abort();
    if (upload.record.url) {
      // If nobody hears it, the studio forgets the upload by itself.
      Upload.terminate(new URL(upload.record.url, endpoint).href, { headers: headers() }).catch(() => {});
    }
    end(upload, 'dropped');
  }
}

function end(upload, state) {
  upload.state = state;
  uploads.delete(upload.record.id);
  known.delete(upload.record.id);
  shelf.remove(upload.record.id);
  upload.ended();
  queue(upload);
}

function show(upload) {
  watchers.forEach(({ place, shown }) => isOf(upload.record, place) && shown(rowOf(upload)));
}

const rowOf = ({ record, state, fraction, problem }) => ({ id: record.id, name: record.name.slice(0, 120), sizeBytes: record.size, fraction, stage: state, problem });

addEventListener('online', wake);
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && wake());
addEventListener('beforeunload', event => {
  if ([...uploads.values()].some(upload => (isRunning(upload) || upload.state === 'waiting') && !upload.isKept)) {
    event.preventDefault();
  }
});
