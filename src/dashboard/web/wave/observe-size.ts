/** The part of a ResizeObserver that is used. */
interface Observer<E> {
  observe(element: E, options?: { readonly box: 'device-pixel-content-box' }): void;
}

/** In device pixels where the browser can: WebKit knows no such box, and throws. */
export function observeSize<E>(observer: Observer<E>, element: E): void {
  try {
    observer.observe(element, { box: 'device-pixel-content-box' });
  } catch {
    observer.observe(element);
  }
}
