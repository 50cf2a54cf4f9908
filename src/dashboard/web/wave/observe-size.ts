/** The part of a ResizeObserver that is used here. */
interface Observer<E> {
  observe(element: E, options?: { readonly box: 'device-pixel-content-box' }): void;
}

/** Observes the size in device pixels if the browser can: WebKit lacks that box, and throws. */
export function observeSize<E>(observer: Observer<E>, element: E): void {
  try {
    observer.observe(element, { box: 'device-pixel-content-box' });
  } catch {
    observer.observe(element);
  }
}
