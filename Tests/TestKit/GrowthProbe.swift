/// Finds inputs whose time grows faster than their length.
///
/// Inputs of two lengths that differ tenfold are timed; a reader whose time is n log n takes at most
/// some 12 times as long for the longer one, one of quadratic time 100 times. The bound is 40, since
/// caches and other work count too, and times under 50 ms are not judged.
public struct GrowthProbe: Sendable {
  /// An input of a length in bytes, about.
  public struct Shape: Sendable {
    public let name: String

    /// Whether it is likely to be read to its end.
    public let isSound: Bool

    public let make: @Sendable (Int) -> [UInt8]

    public init(
      _ name: String, isSound: Bool = false, _ make: @escaping @Sendable (Int) -> [UInt8]
    ) {
      self.name = name
      self.isSound = isSound
      self.make = make
    }

    /// A piece over and over, behind a beginning.
    public static func repeating(
      _ name: String, _ piece: [UInt8], after head: [UInt8] = [], before tail: [UInt8] = [],
      isSound: Bool = false
    ) -> Shape {
      Shape(name, isSound: isSound) { length in
        var bytes = head
        bytes.reserveCapacity(length + piece.count + tail.count)
        repeat { bytes += piece } while bytes.count < length
        return bytes + tail
      }
    }
  }

  /// What grew too fast, a sentence each.
  public private(set) var findings: [String] = []

  private static let most = 40.0
  private static let unjudged = 0.05

  /// Times all shapes of a reader: 20 and 200 kB; in long runs 1 kB to 1 MB, and to 10 MB for those that
  /// are read to their end.
  public init(_ reader: FuzzedReader) {
    for shape in reader.growthShapes {
      var lengths = FuzzRun.isLong ? [1000, 10_000, 100_000, 1_000_000] : [20_000, 200_000]
      if FuzzRun.isLong, shape.isSound { lengths.append(10_000_000) }
      for (short, long) in zip(lengths, lengths.dropFirst()) {
        let inputs = (shape.make(short), shape.make(long))
        var times = (Self.time(reader, inputs.0), Self.time(reader, inputs.1))
        for _ in 0..<2 where !Self.isFine(times) {
          times = (
            min(times.0, Self.time(reader, inputs.0)), min(times.1, Self.time(reader, inputs.1))
          )
        }
        guard !Self.isFine(times) else { continue }
        findings.append(
          "\(reader.name): \(shape.name) takes \(times.0) s for \(short) bytes and \(times.1) s for "
            + "\(long).")
        break
      }
    }
  }

  private static func isFine(_ times: (Double, Double)) -> Bool {
    times.1 < unjudged || times.1 <= most * times.0
  }

  private static func time(_ reader: FuzzedReader, _ bytes: [UInt8]) -> Double {
    let start = FuzzRun.processorTime()
    _ = try? reader.read(bytes)
    return FuzzRun.processorTime() - start
  }
}

extension FuzzedReader {
  /// ``grown``; each seed over and over; each word over and over, alone and in the middle of the first seed; each
  /// line of the seeds over and over in its place.
  public var growthShapes: [GrowthProbe.Shape] {
    var shapes = grown.map { [GrowthProbe.Shape("a sound text", isSound: true, $0)] } ?? []
    for (place, seed) in seeds.prefix(4).enumerated() where !seed.isEmpty {
      shapes.append(.repeating("seed \(place + 1) repeated", seed, isSound: true))
      shapes += Self.lineShapes(seed, "seed \(place + 1)")
    }
    for word in words where !word.isEmpty {
      let name = "\"\(String(decoding: word, as: UTF8.self))\" repeated"
      shapes.append(.repeating(name, word))
      guard let seed = seeds.first else { continue }
      let half = seed.count / 2
      shapes.append(
        .repeating(
          "\(name) in the first seed", word, after: Array(seed[..<half]),
          before: Array(seed[half...])))
    }
    return shapes
  }

  private static func lineShapes(_ seed: [UInt8], _ name: String) -> [GrowthProbe.Shape] {
    var shapes: [GrowthProbe.Shape] = []
    var start = 0
    for end in seed.indices where seed[end] == 10 && shapes.count < 40 {
      let line = Array(seed[start...end])
      shapes.append(
        .repeating(
          "\(name) with \"\(String(decoding: line.dropLast(), as: UTF8.self))\" repeated", line,
          after: Array(seed[..<start]), before: Array(seed[start...])))
      start = end + 1
    }
    return shapes
  }
}
