// Takes files from a person and tells the component how far they are. What sends them outlives the zone.
import { watch } from './UploadZone.sender.js';

const tellEveryMs = 200;
const answerMs = 5000;
const after = (ms, value) => new Promise(resolve => setTimeout(resolve, ms, value));

export function attach(zone, component, place) {
  const input = zone.querySelector('[data-input]');
  const life = new AbortController();
  const untold = new Map();
  let isTelling = false, depth = 0;
  const uploads = watch(place, row => { untold.set(row.id, row); tell(); });

  async function say(rows) {
    await component.invokeMethodAsync('Show', rows);
    return true;
  }

  // A circuit that is just reconnecting does not hear, and does not say so: it is told again.
  async function tell() {
    if (isTelling) {
      return;
    }
    isTelling = true;
    while (untold.size > 0 && !life.signal.aborted) {
      const rows = [...untold.values()];
      untold.clear();
      if (!await Promise.race([say(rows).catch(() => false), after(answerMs, false)])) {
        rows.filter(row => !untold.has(row.id)).forEach(row => untold.set(row.id, row));
      }
      await after(tellEveryMs);
    }
    isTelling = false;
  }

  const listen = (target, type, handler) => target.addEventListener(type, handler, { signal: life.signal });
  const hasFiles = event => event.dataTransfer?.types.includes('Files');
  const take = () => { uploads.add(input.files); input.value = ''; };
  listen(input, 'change', take);
  listen(zone, 'dragenter', event => { if (hasFiles(event)) { depth++; zone.classList.add('over'); } });
  listen(zone, 'dragleave', () => { depth = Math.max(0, depth - 1); zone.classList.toggle('over', depth > 0); });
  listen(zone, 'drop', event => {
    if (hasFiles(event)) {
      event.preventDefault();
      depth = 0;
      zone.classList.remove('over');
      uploads.add(input.multiple ? event.dataTransfer.files : [...event.dataTransfer.files].slice(0, 1));
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
    drop: uploads.drop,
    // Somebody went to another page of the studio: what was begun arrives all the same.
    dispose() {
      life.abort();
      uploads.end();
    },
  };
}
