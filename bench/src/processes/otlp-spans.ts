/** Field numbers on the way from an ExportTraceServiceRequest down to its spans (opentelemetry/proto, trace v1). */
const RESOURCE_SPANS = 1;
const SCOPE_SPANS = 2;
const SPANS = 2;

const WIRE_VARINT = 0;
const WIRE_FIXED64 = 1;
const WIRE_BYTES = 2;
const WIRE_FIXED32 = 5;

/**
 * Number of spans in a protobuf ExportTraceServiceRequest; reads lengths only.
 * @throws Error when the bytes are no protobuf message.
 */
export function countSpans(message: Buffer): number {
  let spans = 0;
  for (const resource of listFields(message, RESOURCE_SPANS)) {
    for (const scope of listFields(resource, SCOPE_SPANS)) spans += listFields(scope, SPANS).length;
  }
  return spans;
}

function listFields(message: Buffer, wanted: number): Buffer[] {
  const found: Buffer[] = [];
  let at = 0;
  const readVarint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = message[at++];
      if (byte === undefined) throw new Error('protobuf message cut short');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = readVarint();
    switch (tag % 8) {
      case WIRE_VARINT:
        readVarint();
        break;
      case WIRE_FIXED64:
        at += 8;
        break;
      case WIRE_FIXED32:
        at += 4;
        break;
      case WIRE_BYTES: {
        const length = readVarint();
        if (Math.floor(tag / 8) === wanted) found.push(message.subarray(at, at + length));
        at += length;
        break;
      }
      default:
        throw new Error(`no protobuf wire type: ${tag % 8}`);
    }
  }
  return found;
}
