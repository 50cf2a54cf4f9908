/** Contents of the dashboards: a panel is a title, a Grafana unit, and expressions with their legends. */

const quantiles = (metric, by, range = '5m') =>
  [0.5, 0.99].map((q) => [
    `histogram_quantile(${q}, sum by (le, ${by}) (rate(${metric}_bucket[${range}])))`,
    `{{${by}}} p${q * 100}`,
  ]);

const memberPanels = (job) => [
  ['Members that answer', 'short', [[`sum(up{job="${job}"})`, 'up']]],
  ['Lag', 'short', [[`dynamic_deep:consumer_lag:sum{job="${job}"}`, '{{topic}}']]],
  ['Partitions', 'short', [[`sum by (instance) (dynamic_deep_assigned_partitions{job="${job}"})`, '{{instance}}']]],
  ['Assignments in an hour', 'short', [[`sum by (instance) (increase(dynamic_deep_rebalances_total{job="${job}"}[1h]))`, '{{instance}}']]], // prettier-ignore
];

export const DASHBOARDS = {
  'edge-gateway': {
    title: 'Dynamic-Deep: edge gateways',
    panels: [
      ['Total wire gain, and the plan', 'short', [['dynamic_deep:edge_wire_gain:ratio_rate1h', 'gain'], ['dynamic_deep:edge_wire_gain:plan', 'plan']]], // prettier-ignore
      ['Total payload gain', 'short', [['dynamic_deep:edge_payload_gain:ratio_rate1h', 'gain']]],
      ['Segments by rung', 'ops', [['sum by (rung) (rate(dynamic_deep_edge_windows_total[5m]))', '{{rung}}']]],
      ['Losslessly sent', 'percentunit', [['dynamic_deep:edge_lossless_share:ratio_rate30m', '{{instance}}']]],
      ['Bytes on the wire', 'Bps', [['sum by (topic) (rate(dynamic_deep_edge_wire_bytes_total[5m]))', '{{topic}}']]],
      ['Predicted error', 'short', quantiles('dynamic_deep_edge_predicted_error', 'task')],
      ['Waiting for the broker', 'short', [['dynamic_deep_edge_sequence_lag_segments', '{{instance}}']]],
      ['Sends tried again', 'ops', [['sum by (instance) (rate(dynamic_deep_edge_produce_retries_total[5m]))', '{{instance}}']]], // prettier-ignore
      ['Live devices', 'short', [['dynamic_deep_edge_live_devices', '{{instance}}']]],
      ['Streams', 'short', [['dynamic_deep_edge_streams', '{{instance}}']]],
      ['Packets that did not count', 'ops', [['sum by (outcome) (rate(dynamic_deep_edge_device_packets_total{outcome!="taken"}[5m]))', '{{outcome}}']]], // prettier-ignore
      ['Flagged pieces', 'ops', [['sum by (kind) (rate(dynamic_deep_edge_flagged_pieces_total[5m]))', '{{kind}}']]],
      ['Under a certificate', 'short', [['dynamic_deep_edge_certified', '{{instance}}']]],
      ['Without a policy', 'ops', [['sum by (instance) (rate(dynamic_deep_edge_segments_without_policy_total[5m]))', '{{instance}}']]], // prettier-ignore
      ['Newest policy known', 'short', [['dynamic_deep_policy_version', '{{job}} {{instance}}']]],
      ['Input drift', 'short', [['max by (instance, feature) (dynamic_deep_edge_input_drift)', '{{instance}} {{feature}}'], ['0.25 + 20 / (max by (instance) (dynamic_deep_edge_input_drift_streams) > 0)', '{{instance}} limit']]], // prettier-ignore
      ['Choosing cautiously', 'short', [['dynamic_deep_edge_cautious', '{{instance}}']]],
    ],
  },
  'decoder-stream': {
    title: 'Dynamic-Deep: decoder-stream',
    panels: [
      ['Segments', 'ops', [['dynamic_deep:decoder_segments:rate5m', '{{outcome}}']]],
      ...memberPanels('decoder-stream'),
      ['Dead letters in 10 minutes', 'short', [['dynamic_deep:dead_letters:increase10m', '{{job}} {{reason}}']]],
      ['Holes in the sequence', 'ops', [['sum(rate(dynamic_deep_decoder_gaps_total[5m]))', 'holes']]],
      ['Transactions', 'ops', [['sum by (outcome) (rate(dynamic_deep_decoder_transactions_total[5m]))', '{{outcome}}']]], // prettier-ignore
      ['Time to decode a segment', 's', quantiles('dynamic_deep_decoder_decode_seconds', 'rung')],
    ],
  },
  'tasks-stream': {
    title: 'Dynamic-Deep: tasks-stream',
    panels: [
      ['Windows', 'ops', [['sum by (status) (rate(dynamic_deep_tasks_windows_total[5m]))', '{{status}}']]],
      ...memberPanels('tasks-stream'),
      ['Last sample to stage', 's', quantiles('dynamic_deep_tasks_latency_seconds', 'stage')],
      ['Time of a network', 's', quantiles('dynamic_deep_inference_seconds', 'model')],
      ['Above a bound, 24 h', 'percentunit', [['dynamic_deep:tasks_violation_ratio:max{window="24h"}', '{{task}}'], ['dynamic_deep:tasks_violation_allowed_ratio:max{window="24h"}', 'allowed']]], // prettier-ignore
      ['Above any bound, 95% interval', 'percentunit', [['max by (window) (dynamic_deep_tasks_violation_ratio_lower{task="any"})', '{{window}} lower'], ['max by (window) (dynamic_deep_tasks_violation_ratio_upper{task="any"})', '{{window}} upper']]], // prettier-ignore
      ['Evidence of a rate above the policies, powers of ten', 'short', [['dynamic_deep:tasks_violation_evidence:max', '{{kind}}']]], // prettier-ignore
      ['True over predicted error, by prediction, 24 h', 'short', [['sum by (task, predicted) (increase(dynamic_deep_tasks_predicted_true_error_sum_total[24h])) / (sum by (task, predicted) (increase(dynamic_deep_tasks_predicted_error_sum_total[24h])) > 0)', '{{task}} to {{predicted}}']]], // prettier-ignore
      ['Audited records, 24 h', 'short', [['sum by (outcome) (increase(dynamic_deep_tasks_audits_total[24h]))', '{{outcome}}']]], // prettier-ignore
      ['True error of audited records', 'short', quantiles('dynamic_deep_tasks_true_error', 'task', '24h')],
      ['Alarms in an hour', 'short', [['sum by (kind) (increase(dynamic_deep_tasks_alarms_total[1h]) > 0)', '{{kind}}']]], // prettier-ignore
    ],
  },
  dashboard: {
    title: 'Dynamic-Deep: central station',
    panels: [
      ['Pages with a live connection', 'short', [['sum by (instance) (dynamic_deep_dashboard_connections)', '{{instance}}']]], // prettier-ignore
      ['Connections begun', 'ops', [['sum by (outcome) (rate(dynamic_deep_dashboard_connects_total[5m]))', '{{outcome}}']]], // prettier-ignore
      ['Alarm written to shown', 's', [['dynamic_deep:dashboard_alarm_seconds:p99_rate15m', 'p99']]],
      ['Records read', 'ops', [['sum by (topic) (rate(dynamic_deep_dashboard_records_total[5m]))', '{{topic}}']]],
      ['Commands', 'short', [['sum by (kind, outcome) (increase(dynamic_deep_dashboard_commands_total[1h]))', '{{kind}} {{outcome}}']]], // prettier-ignore
      ['Refused', 'short', [['sum by (reason) (increase(dynamic_deep_dashboard_refusals_total[1h]))', '{{reason}}'], ['sum by (outcome) (increase(dynamic_deep_dashboard_logins_total[1h]))', 'login {{outcome}}']]], // prettier-ignore
    ],
  },
  'alarm-webhook': {
    title: 'Dynamic-Deep: alarm-webhook',
    panels: [
      ['Posts', 'ops', [['sum by (outcome) (rate(dynamic_deep_webhook_posts_total[5m]))', '{{outcome}}']]],
      ...memberPanels('alarm-webhook'),
      ['Delivered', 'ops', [['sum by (priority) (rate(dynamic_deep_webhook_delivered_total[5m]))', '{{priority}}']]],
      ['Written to acknowledged', 's', quantiles('dynamic_deep_webhook_delivery_seconds', 'priority', '15m')],
      ['Never delivered', 'short', [['sum(dynamic_deep_webhook_given_up_total)', 'given up'], ['sum(dynamic_deep_webhook_lost_total)', 'lost'], ['sum(dynamic_deep_webhook_unreadable_total)', 'unreadable']]], // prettier-ignore
    ],
  },
};
