// Sends files as plain multipart posts, two at a time, and tells the component how far they are.
const parallel = 2;
const tellEveryMs = 200;

export function attach(zone, component, url) {
  const input = zone.querySelector('[data-input]');
  const life = new AbortController();
  const waiting = [], running = new Map();
  let next = 0, depth = 0;

  // A circuit that is just reconnecting cannot be told; the upload itself goes on.
  const tell = (method, ...args) => component.invokeMethodAsync(method, ...args).catch(() => {});

  async function add(files) {
    for (const file of files) {
      const id = `f${next++}`;
      await tell('Added', id, file.name.slice(0, 120), file.size);
      waiting.push({ id, file });
    }
    pump();
  }

  const askBeforeLeaving = event => event.preventDefault();

  function pump() {
    while (running.size < parallel && waiting.length > 0) {
      send(waiting.shift());
    }
  }

  function send({ id, file }) {
    const request = new XMLHttpRequest();
    let told = 0;
    running.set(id, request);
    addEventListener('beforeunload', askBeforeLeaving);
    request.open('POST', url);
    request.setRequestHeader('X-CSRF-TOKEN', document.querySelector('meta[name=csrf-token]').content);
    request.upload.onprogress = event => {
      if (performance.now() - told > tellEveryMs || event.loaded === event.total) {
        told = performance.now();
        tell('Moved', id, event.total === 0 ? 1 : event.loaded / event.total);
      }
    };
    request.onload = () => request.status < 300 ? tell('Done', id) : tell('Failed', id, sentenceOf(request));
    request.onerror = () => tell('Failed', id, 'The connection broke. Try again.');
    request.onloadend = () => {
      running.delete(id);
      pump();
      if (running.size === 0) {
        removeEventListener('beforeunload', askBeforeLeaving);
      }
    };
    const form = new FormData();
    form.append('file', file);
    request.send(form);
  }

  function sentenceOf(request) {
    try {
      return JSON.parse(request.responseText).detail || `The studio refused the file (${request.status}).`;
    } catch {
      return request.status === 413 ? 'The file is too large for this studio.' : `The studio refused the file (${request.status}).`;
    }
  }

  const listen = (target, type, handler) => target.addEventListener(type, handler, { signal: life.signal });
  const hasFiles = event => event.dataTransfer?.types.includes('Files');
  const take = () => { add([...input.files]); input.value = ''; };
  listen(input, 'change', take);
  listen(zone, 'dragenter', event => { if (hasFiles(event)) { depth++; zone.classList.add('over'); } });
  listen(zone, 'dragleave', () => { depth = Math.max(0, depth - 1); zone.classList.toggle('over', depth > 0); });
  listen(zone, 'drop', event => {
    if (hasFiles(event)) {
      event.preventDefault();
      depth = 0;
      zone.classList.remove('over');
      add(input.multiple ? [...event.dataTransfer.files] : [...event.dataTransfer.files].slice(0, 1));
    }
  });
  // A file that misses the zone must not replace the page.
  listen(window, 'dragover', event => { if (hasFiles(event)) { event.preventDefault(); } });
  listen(window, 'drop', event => { if (hasFiles(event)) { event.preventDefault(); } });

  // A quick hand chose before this module was there.
  if (input.files.length > 0) {
    take();
  }

  return {
    cancel(id) {
      const index = waiting.findIndex(transfer => transfer.id === id);
      if (index >= 0) {
        waiting.splice(index, 1);
      }
      running.get(id)?.abort();
    },
    // Somebody went to another page of the studio: what was begun arrives all the same.
    dispose() {
      life.abort();
    },
  };
}
