"""Prints one line per event of ecg.alarms, from where the group left off. README.md says how to run it."""

import argparse
import io
import json
import os
import pathlib
import signal
import struct
import sys
import threading
from collections import OrderedDict
from datetime import datetime, timedelta, timezone

import fastavro
from confluent_kafka import Consumer, KafkaError, KafkaException

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "schemas" / "ecg.alarms.avsc"
# Id of that schema if no registry is configured (schemas/ids.json).
SCHEMA_ID = 6
# Confluent's framing: a zero byte, the schema's id as a big-endian int32, then Avro.
HEADER = struct.Struct(">bi")
# IEC 60601-1-8: the number of marks shows the priority, so that it can be read without colour.
MARKS = {"HIGH": "***", "MEDIUM": "**", "LOW": "*"}
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# Kafka delivers an event again if this program ended between acting on it and committing its offset. This bounded memory of
# keys lasts only as long as the process. If an action must never be repeated, store the keys where the action is recorded.
MOST_KEYS = 10_000


def decode(schema, value):
    """Decodes the event in a record's value. Raises ValueError for anything that is not exactly one event."""
    if value is None or len(value) < HEADER.size or value[0] != 0:
        raise ValueError("not a framed Avro value")
    _, schema_id = HEADER.unpack_from(value)
    # With a schema registry the writer's schema would be looked up by this id.
    if schema_id != SCHEMA_ID:
        raise ValueError(f"schema id {schema_id} is not {SCHEMA_ID}, the one this program knows")
    body = io.BytesIO(value[HEADER.size :])
    try:
        event = fastavro.schemaless_reader(body, schema)
    except Exception as error:  # fastavro raises many kinds for damaged bytes
        raise ValueError(f"not what the schema says: {error!r}") from error
    if body.read(1):
        raise ValueError("bytes follow the event")
    return event


def line_of(event):
    """One line of text: time by the device clock, priority, bed, kind, state and message."""
    time = (EPOCH + timedelta(milliseconds=event["at"])).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    past = " (historical)" if event["historical"] else ""
    mark = MARKS[event["priority"]]
    return f"{time} {mark:3} {event['device']} {event['kind']} {event['state']}: {event['message']}{past}"


def is_new(seen, event):
    key = (event["id"], event["state"])
    if key in seen:
        return False
    seen[key] = None
    if len(seen) > MOST_KEYS:
        seen.popitem(last=False)
    return True


def complain(error):
    print(error, file=sys.stderr, flush=True)


def follow(consumer, schema, wanted, ending):
    """Prints events until `wanted` lines are out (None: no limit) or `ending` is set."""
    seen = OrderedDict()
    printed = 0
    while not ending.is_set() and (wanted is None or printed < wanted):
        message = consumer.poll(0.5)
        if message is None:
            continue
        if message.error():
            if message.error().code() == KafkaError._PARTITION_EOF:
                continue
            raise KafkaException(message.error())
        try:
            event = decode(schema, message.value())
            if is_new(seen, event):
                print(line_of(event), flush=True)
                printed += 1
        except ValueError as error:
            # The record would fail every time: report it and skip it.
            complain(f"{message.topic()} {message.partition()}/{message.offset()}: {error}")
        # Commit after acting on the event, never before: a crash in between then repeats the event instead of losing it.
        consumer.commit(message=message, asynchronous=False)


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--brokers", default=os.environ.get("KAFKA_BROKERS", "127.0.0.1:9092"))
    parser.add_argument("--group", default="alarms-python", help="consumer group")
    parser.add_argument("--topic", default="ecg.alarms")
    parser.add_argument("--schema", default=SCHEMA, type=pathlib.Path, help="file of the Avro schema")
    parser.add_argument("--count", type=int, help="end after so many lines")
    return parser.parse_args()


def main():
    given = options()
    schema = fastavro.parse_schema(json.loads(given.schema.read_text(encoding="utf-8")))
    consumer = Consumer(
        {
            "bootstrap.servers": given.brokers,
            "group.id": given.group,
            "client.id": "alarms-python",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            # Hide events of aborted transactions: the next try writes them again.
            "isolation.level": "read_committed",
            "error_cb": complain,
        }
    )
    # A flag, not an exception: an exception raised inside a callback of the client is lost.
    ending = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ending.set())
    try:
        consumer.subscribe([given.topic])
        follow(consumer, schema, given.count, ending)
    except KafkaException as error:
        complain(error)
        return 1
    finally:
        consumer.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
