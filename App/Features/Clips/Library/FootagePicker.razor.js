import { letPreview } from './FootagePicture.razor.js';

export function open(dialog) {
  letPreview(dialog);
  dialog.showModal();
}

export function close(dialog) {
  dialog.close();
}
