import kafkajs, { type GroupMember, type PartitionAssigner } from 'kafkajs';

const { MemberMetadata, MemberAssignment } = kafkajs.AssignerProtocol;
const NAME = 'DynamicDeepCoPartition';

/**
 * Distributes `indices` over `members`. Shares differ by one at most, each member keeps what it held as far as its share
 * allows, and members beyond the number of indices get nothing. The result does not depend on the order of the input.
 */
export function shareIndices(
  indices: readonly number[],
  members: readonly { readonly id: string; readonly held: readonly number[] }[],
): Map<string, number[]> {
  const sorted = [...members].sort((a, b) => b.held.length - a.held.length || (a.id < b.id ? -1 : 1));
  const result = new Map<string, number[]>(sorted.map(({ id }) => [id, []]));
  const floor = Math.floor(indices.length / sorted.length);
  let extra = indices.length % sorted.length;
  const free = new Set(indices);
  const quota = new Map<string, number>();
  for (const { id, held } of sorted) {
    const kept = [...new Set(held)].filter((index) => free.has(index)).sort((a, b) => a - b);
    // Members that hold the most get the indices left over by the division, so that nothing moves without need.
    const share = floor + (extra > 0 && kept.length > floor ? 1 : 0);
    if (share > floor) extra--;
    quota.set(id, share);
    for (const index of kept.slice(0, share)) {
      free.delete(index);
      result.get(id)?.push(index);
    }
  }
  const rest = [...free].sort((a, b) => a - b);
  for (const [id, mine] of result) {
    let share = quota.get(id) ?? floor;
    if (share === floor && extra > 0) {
      share++;
      extra--;
    }
    mine.push(...rest.splice(0, Math.max(0, share - mine.length)));
    mine.sort((a, b) => a - b);
  }
  return result;
}

/**
 * Gives partition i of every subscribed topic to the same member, so that records that belong together meet. `held` returns
 * the indices that this member has now; they travel to the group's leader with the request to join.
 */
export function coPartitionAssigner(held: () => readonly number[]): PartitionAssigner {
  return ({ cluster }) => ({
    name: NAME,
    version: 0,
    protocol: ({ topics }) => ({
      name: NAME,
      metadata: MemberMetadata.encode({ version: 0, topics, userData: Buffer.from(JSON.stringify(held())) }),
    }),
    assign: ({ members, topics }) => {
      const partitions = new Map(
        topics.map((topic) => [topic, cluster.findTopicPartitionMetadata(topic).map((found) => found.partitionId)]),
      );
      const indices = [...new Set([...partitions.values()].flat())];
      const shares = shareIndices(
        indices,
        members.map((member) => ({ id: member.memberId, held: heldBy(member) })),
      );
      return Promise.resolve(
        [...shares].map(([memberId, mine]) => {
          const assignment = Object.fromEntries(
            [...partitions].map(([topic, existing]) => [topic, mine.filter((index) => existing.includes(index))]),
          );
          const userData = Buffer.alloc(0);
          return { memberId, memberAssignment: MemberAssignment.encode({ version: 0, assignment, userData }) };
        }),
      );
    },
  });
}

/** Assigner for a consumer alone in its group: its only member gets the given partitions of each topic, or all of them. */
export function soloAssigner(only?: readonly number[]): PartitionAssigner {
  return ({ cluster }) => ({
    name: 'DynamicDeepSolo',
    version: 0,
    protocol: ({ topics }) => ({
      name: 'DynamicDeepSolo',
      metadata: MemberMetadata.encode({ version: 0, topics, userData: Buffer.alloc(0) }),
    }),
    assign: ({ members, topics }) => {
      const assignment = Object.fromEntries(
        topics.map((topic) => {
          const all = cluster.findTopicPartitionMetadata(topic).map((found) => found.partitionId);
          return [topic, only === undefined ? all : all.filter((index) => only.includes(index))];
        }),
      );
      const userData = Buffer.alloc(0);
      const memberAssignment = MemberAssignment.encode({ version: 0, assignment, userData });
      return Promise.resolve(members.map(({ memberId }) => ({ memberId, memberAssignment })));
    },
  });
}

function heldBy(member: GroupMember): number[] {
  try {
    const held: unknown = JSON.parse(MemberMetadata.decode(member.memberMetadata)?.userData.toString() ?? '[]');
    return Array.isArray(held) ? held.filter((index): index is number => Number.isInteger(index)) : [];
  } catch {
    // A member of another version counts as holding nothing.
    return [];
  }
}
