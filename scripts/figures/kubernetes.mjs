// The block of docs/operations.md that says what a real API server answered.
import { result, source } from './material.mjs';

export function k8s(up) {
  const data = result('k8s-check');
  if (data === undefined) return '`npm run test:k8s` has not been run yet.';
  const { versions, overlays, faults, services, tests } = data;
  const { Kubernetes, ...operators } = versions;
  const listed = (entries) => entries.map(([name, value]) => `${name} ${value}`).join(', ');
  const accepted = Object.entries(overlays).map(([name, objects]) => `${objects} objects of \`${name}\``);
  return [
    `kube-apiserver ${Kubernetes} with the custom resources of ${listed(Object.entries(operators))} accepted all ${accepted.join(' and all ')}, and rejected each of ${faults.length} planted faults. These services ran from the image's folder: ${services.join(', ')}. ${tests.passed} tests passed, ${tests.failed} failed.`,
    source('k8s-check', data, up),
  ].join('\n\n');
}
