// Blazor reports the state of the circuit as an event on the dialog; its class names (components-reconnect-*) choose the words in the style sheet.
const dialog = document.getElementById('components-reconnect-modal');

dialog.addEventListener('components-reconnect-state-changed', ({ detail }) => {
  if (detail.state === 'show') {
    dialog.showModal();
  } else if (detail.state === 'hide') {
    dialog.close();
  } else if (detail.state === 'failed') {
    document.addEventListener('visibilitychange', retryWhenSeen);
  } else if (detail.state === 'rejected') {
    location.reload();
  }
});

dialog.querySelector('[data-reconnect]').addEventListener('click', retry);

function retryWhenSeen() {
  if (document.visibilityState === 'visible') {
    retry();
  }
}

async function retry() {
  document.removeEventListener('visibilitychange', retryWhenSeen);
  try {
    const paused = dialog.classList.contains('components-reconnect-paused') || dialog.classList.contains('components-reconnect-resume-failed');
    const alive = paused ? await Blazor.resumeCircuit() : await Blazor.reconnect() || await Blazor.resumeCircuit();
    if (alive) {
      dialog.close();
    } else {
      location.reload();
    }
  } catch {
    // The server cannot be reached at all: wait until somebody looks at the page again.
    document.addEventListener('visibilitychange', retryWhenSeen);
  }
}
