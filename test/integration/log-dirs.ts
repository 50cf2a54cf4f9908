import net from 'node:net';

const DESCRIBE_LOG_DIRS = 35;
const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
};
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

/** Bytes of the .log files of one partition, as its broker has them on disk (DescribeLogDirs v1; kafkajs lacks it). */
export async function logBytes(broker: string, topic: string, partition: number): Promise<number> {
  const header = Buffer.concat([Buffer.from([0, DESCRIBE_LOG_DIRS, 0, 1]), int32(1), text('test')]);
  const body = Buffer.concat([int32(1), text(topic), int32(1), int32(partition)]);
  const answer = await exchange(broker, Buffer.concat([header, body]));
  let at = 8; // Correlation id, throttle time.
  const next32 = (): number => answer.readInt32BE((at += 4) - 4);
  const skipText = (): void => {
    at += 2 + answer.readInt16BE(at);
  };
  let bytes = -1;
  for (let folders = next32(); folders > 0; folders--) {
    at += 2;
    skipText();
    for (let topics = next32(); topics > 0; topics--) {
      skipText();
      for (let partitions = next32(); partitions > 0; partitions--) {
        const index = next32();
        if (index === partition) bytes = Number(answer.readBigInt64BE(at));
        at += 8 + 8 + 1;
      }
    }
  }
  return bytes;
}

function exchange(broker: string, request: Buffer): Promise<Buffer> {
  const [host = '', port = ''] = broker.split(':');
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(port), host, () => socket.write(Buffer.concat([int32(request.length), request])));
    let received = Buffer.alloc(0);
    socket.on('error', reject);
    socket.on('data', (part) => {
      received = Buffer.concat([received, part]);
      if (received.length < 4 || received.length < 4 + received.readInt32BE(0)) return;
      socket.destroy();
      resolve(received.subarray(4));
    });
  });
}
