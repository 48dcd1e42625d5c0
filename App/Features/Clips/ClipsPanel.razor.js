// Dragging clips by mouse. The order itself is the server's; this only says where one was dropped.
export function letDrag(list, panel) {
  let dragged = null;
  const clipAt = event => event.target.closest?.('[data-clip]');
  const clear = () => list.querySelectorAll('.before, .after, .dragged').forEach(clip => clip.classList.remove('before', 'after', 'dragged'));
  const isAfter = (clip, event) => event.clientX > clip.getBoundingClientRect().left + clip.offsetWidth / 2;

  list.addEventListener('dragstart', event => {
    dragged = clipAt(event);
    dragged?.classList.add('dragged');
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData('text/plain', dragged?.dataset.clip ?? '');
  });
  list.addEventListener('dragover', event => {
    const over = clipAt(event);
    if (dragged && over) {
      event.preventDefault();
      list.querySelectorAll('.before, .after').forEach(clip => clip.classList.remove('before', 'after'));
      if (over !== dragged) {
        over.classList.add(isAfter(over, event) ? 'after' : 'before');
      }
    }
  });
  list.addEventListener('drop', event => {
    const over = clipAt(event);
    if (dragged && over && over !== dragged) {
      event.preventDefault();
      const clips = [...list.children], from = clips.indexOf(dragged);
      const gap = clips.indexOf(over) + (isAfter(over, event) ? 1 : 0);
      panel.invokeMethodAsync('DroppedAsync', dragged.dataset.clip, gap > from ? gap - 1 : gap);
    }
  });
  list.addEventListener('dragend', () => { dragged = null; clear(); });
}
