/** Chooses the lead of a record to score if none is named. */
import type { LeadInfo } from '../../lib/signal/wfdb/index.js';

/**
 * Takes the first lead that is a voltage, or the very first if none is.
 *
 * @param warn called if that is not the first lead
 */
export function firstVoltage(warn: (text: string) => void): (there: readonly LeadInfo[]) => LeadInfo[] {
  return (there) => {
    const [first] = there;
    const lead = there.find(({ foreignUnit }) => foreignUnit === undefined) ?? first;
    if (lead !== undefined && lead !== first) warn(`lead ${lead.name} is scored, the first that is a voltage`);
    return lead === undefined ? [] : [lead];
  };
}

/** Reason why a lead cannot be read as an ECG; undefined if it is a voltage. */
export function foreignReason({ name, foreignUnit }: LeadInfo): string | undefined {
  return foreignUnit === undefined ? undefined : `lead ${name} is in ${foreignUnit}, which is no voltage`;
}
