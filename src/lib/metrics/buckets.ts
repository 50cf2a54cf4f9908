/** Buckets of our own: prom-client's default ones fit web requests, not ECG. Each list is in the metric's unit. */

/** Seconds from a window's last sample to its result: linger and batches below, backlog above. */
export const LATENCY_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 30, 60, 300] as const;

/** Seconds that one window or batch computes. */
export const COMPUTE_SECONDS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
] as const;

/** Task error: dense around the bounds in use (0.05, 0.1, 0.25, 0.75). */
export const TASK_ERROR = [0.001, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.175, 0.25, 0.5, 0.75, 1, 2, 5] as const;
