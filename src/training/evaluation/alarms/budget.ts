/**
 * Wall seconds from when a piece could be sent to the alarm that it raised, by stage. Measured on the whole system, not in
 * the evaluating process, which runs everything at once at its own pace: `dynamic-deep demo --beds 8 --seconds 90
 * --speed 1 --audit-share 0.001` on two AMD EPYC cores that others used as well, 25 November 2026, 138 windows by
 * dynamic_deep_tasks_latency_seconds. Means: 0.53 s until sent (0.5 s of them linger), 0.12 s more until decoded, 0.35 s
 * more until the result. A reader saw half of the results within 1.05 s and 99% within 1.8 s. The time beyond the linger, up
 * to that 1.8 s, is divided among the stages in proportion to their means.
 * `secondOpinion`: the longest time that the edge waits for RPnet before it closes a window early
 * (src/edge-producer/live/server.ts).
 */
export const CHAIN_BUDGET = {
  secondOpinion: 0.3,
  edgeEncode: 0.1,
  linger: 0.5,
  /** The gateway does not linger over a batch with an urgent piece. */
  lingerUrgent: 0,
  brokerAndDecode: 0.3,
  tasks: 0.7,
  /** The tasks' transaction, which makes the alarm visible. */
  publish: 0.2,
} as const;

/** @param asked RPnet was asked at the piece's end, whatever its answer */
export function chainSeconds(urgent: boolean, asked: boolean): number {
  const { secondOpinion, edgeEncode, linger, lingerUrgent, brokerAndDecode, tasks, publish } = CHAIN_BUDGET;
  return (
    edgeEncode + (asked ? secondOpinion : 0) + (urgent ? lingerUrgent : linger) + brokerAndDecode + tasks + publish
  );
}
