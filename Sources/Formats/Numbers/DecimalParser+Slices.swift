extension DecimalParser {
  /// The number that a slice of bytes writes; see the form for buffers.
  package static func value(_ bytes: ArraySlice<UInt8>, options: Options = []) -> Double? {
    bytes.withUnsafeBufferPointer { value($0, options: options) }
  }
}
