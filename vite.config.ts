import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** The page of the dashboard: src/dashboard/web -> dist/web. */
export default defineConfig({
  root: fileURLToPath(new URL('src/dashboard/web', import.meta.url)),
  base: './',
  build: {
    outDir: fileURLToPath(new URL('dist/web', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // Everything comes from the page's own address: the policy allows no inline script or style.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
