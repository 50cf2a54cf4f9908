/** The lead of a record that is scored where none is named. */
import type { LeadInfo } from '../../lib/signal/wfdb/index.js';

/**
 * Takes the first lead that is a voltage; the first of all where none is.
 *
 * @param warn told where that is not the first lead
 */
export function firstVoltage(warn: (text: string) => void): (there: readonly LeadInfo[]) => LeadInfo[] {
  return (there) => {
    const [first] = there;
    const lead = there.find(({ foreignUnit }) => foreignUnit === undefined) ?? first;
    if (lead !== undefined && lead !== first) warn(`lead ${lead.name} is scored, the first that is a voltage`);
    return lead === undefined ? [] : [lead];
  };
}

/** Why a lead cannot be read as an ECG; undefined where it is a voltage. */
export function foreignReason({ name, foreignUnit }: LeadInfo): string | undefined {
  return foreignUnit === undefined ? undefined : `lead ${name} is in ${foreignUnit}, which is no voltage`;
}
