// Two songs at once are none.
export function open(dialog) {
  document.querySelectorAll('audio, video').forEach(player => player.pause());
  dialog.showModal();
}
