import { DELIVERY_SECONDS } from '../buckets.js';
import type { MetricCatalogue } from '../spec.js';

const PRIORITIES = ['high', 'medium', 'low'] as const;

export const WEBHOOK_METRICS = {
  webhookPosts: {
    name: 'dynamic_deep_webhook_posts_total',
    type: 'counter',
    help: 'Posts to the receiver: acknowledged (2xx), refused (any other answer), failed (no answer in time).',
    labels: { outcome: ['acknowledged', 'refused', 'failed'] },
  },
  webhookRetries: {
    name: 'dynamic_deep_webhook_retries_total',
    type: 'counter',
    help: 'Posts that repeated an earlier one of the same change.',
    labels: {},
  },
  webhookDelivered: {
    name: 'dynamic_deep_webhook_delivered_total',
    type: 'counter',
    help: 'Changes of alarms that the receiver has acknowledged, by priority.',
    labels: { priority: PRIORITIES },
  },
  webhookGivenUp: {
    name: 'dynamic_deep_webhook_given_up_total',
    type: 'counter',
    help: 'Changes that the receiver kept refusing and that were passed over, where --give-up-after allows it.',
    labels: { priority: PRIORITIES },
  },
  webhookUnreadable: {
    name: 'dynamic_deep_webhook_unreadable_total',
    type: 'counter',
    help: 'Records of ecg.alarms that were passed over because they cannot be decoded.',
    labels: {},
  },
  webhookLost: {
    name: 'dynamic_deep_webhook_lost_total',
    type: 'counter',
    help: 'Offsets of ecg.alarms that retention removed before they were read.',
    labels: {},
  },
  webhookDeliverySeconds: {
    name: 'dynamic_deep_webhook_delivery_seconds',
    type: 'histogram',
    help: 'Wall seconds from the writing of a change by tasks-stream to its acknowledgement by the receiver.',
    labels: { priority: PRIORITIES },
    buckets: DELIVERY_SECONDS,
  },
} as const satisfies MetricCatalogue;
