import { createSubscriber } from 'svelte/reactivity';

/** Ticks once a second, and only while something on the screen looks at it. */
const ticks = createSubscriber((update) => {
  const timer = setInterval(update, 1000);
  return () => {
    clearInterval(timer);
  };
});

/** Now, in whole seconds since 1970-01-01T00:00:00Z. What reads it in a component is kept up to date. */
export function now(): number {
  ticks();
  return Math.floor(Date.now() / 1000);
}
