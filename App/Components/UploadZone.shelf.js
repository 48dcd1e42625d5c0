// What outlives the page: a record of each upload in localStorage, and its file in IndexedDB. A browser may let us keep neither; the upload goes on all the same, as long as the page does.
const prefix = 'downbeat.upload.';

// Null when it is not there, or not any more.
export function read(id) {
  try {
    const record = JSON.parse(localStorage.getItem(prefix + id));
    return record?.expires > Date.now() ? record : null;
  } catch {
    return null;
  }
}

// False when the browser keeps nothing.
export function write(record) {
  try {
    localStorage.setItem(prefix + record.id, JSON.stringify(record));
    return true;
  } catch {
    return false;
  }
}

// All records that have not expired; those that have go, and so do files without a record.
export function readAll() {
  try {
    const ids = Object.keys(localStorage).filter(key => key.startsWith(prefix)).map(key => key.slice(prefix.length));
    const records = ids.map(read).filter(record => record !== null);
    const known = new Set(records.map(record => record.id));
    ids.filter(id => !known.has(id)).forEach(id => localStorage.removeItem(prefix + id));
    ask('readwrite', files => files.getAllKeys()).then(keys => keys?.filter(id => read(id) === null).forEach(removeFile));
    return records;
  } catch {
    return [];
  }
}

export function remove(id) {
  try {
    localStorage.removeItem(prefix + id);
  } catch {
    // It was never there.
  }
  removeFile(id);
}

// Whether the file is kept; a large one is only when it has been copied.
export const keepFile = async (id, file) => await ask('readwrite', files => files.put(file, id)) !== undefined;

export const findFile = id => ask('readonly', files => files.get(id));

function removeFile(id) {
  ask('readwrite', files => files.delete(id));
}

let opened;

function open() {
  return opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open('downbeat-uploads', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('files');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

// What the store answers when the transaction has ended; undefined when the browser has no room, or keeps nothing at all.
async function ask(mode, question) {
  try {
    const transaction = (await open()).transaction('files', mode);
    const request = question(transaction.objectStore('files'));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    return request.result;
  } catch {
    return undefined;
  }
}
