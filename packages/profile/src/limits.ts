/**
 * What a profile may hold. Real ones stay far below: the largest we promise to lay out within a second has 100 MB, a million
 * samples and four million stack nodes. A hostile one reaches these and is refused, before memory is.
 */
export const LIMITS = {
  /** Of the file once decompressed: five times that largest one, and what a Node string can still hold. */
  bytes: 512 * 1024 * 1024,
  /** Of a JSON text, most of which is names. */
  jsonBytes: 256 * 1024 * 1024,
  /** Objects and arrays of a JSON text, about 60 bytes each once parsed, and values, 8 to 16. */
  jsonContainers: 2 ** 23,
  jsonValues: 2 ** 25,
  /** 16 bytes each with one value; a text with one per line takes a second for a million. */
  samples: 2 ** 23,
  /** Values of all samples, 8 bytes each. */
  values: 2 ** 26,
  /** 20 bytes each while they are found, 8 once they are. */
  stackNodes: 2 ** 25,
  /** Also of locations, functions, mappings. Objects of about 150 bytes. */
  frames: 2 ** 21,
  /** 8 bytes each; their text is made when something names it. */
  strings: 2 ** 24,
  /** Go's heap profile has four. */
  sampleTypes: 256,
  /** Labels of all distinct sets, about 100 bytes each. */
  labels: 2 ** 22,
} as const;
