/** Buckets of our histograms: prom-client's default ones fit web requests, not ECG. Each list is in the metric's unit. */

/** Seconds from a window's last sample to its result: the low buckets show linger and batches, the high ones backlog. */
export const LATENCY_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 30, 60, 300] as const;

/** Seconds of computation for one window or batch. */
export const COMPUTE_SECONDS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
] as const;

/** Task error: dense around the bounds in use (0.05, 0.1, 0.25, 0.75). */
export const TASK_ERROR = [0.001, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.175, 0.25, 0.5, 0.75, 1, 2, 5] as const;

/** Seconds from an alarm's change to its delivery: milliseconds while the receiver answers, hours while it is away. */
export const DELIVERY_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 14_400, 86_400] as const;

/** Error of a sample rate as a share of it: a quartz is off by 0.0001 at most; 130 Hz that is in fact 131 is off by 0.0077. */
export const RATE_ERROR = [0.00001, 0.0001, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1] as const;
