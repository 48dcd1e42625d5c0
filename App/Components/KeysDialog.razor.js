export function open(dialog) {
  dialog.showModal();
}
