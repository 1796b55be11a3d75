public import DenseMath
import Foundation

/// A reader that is given damaged input, with what its answers are held to.
public struct FuzzedReader: Sendable, CustomStringConvertible {
  /// Its name in the counts.
  public let name: String

  /// Sound inputs: what is damaged.
  public let seeds: [[UInt8]]

  /// Pieces that mean something to the reader, put in at random.
  public let words: [[UInt8]]

  /// Makes inputs by the rules of the format, a quarter of all where there is one.
  public let grammar: (@Sendable (inout SplitMix64) -> [UInt8])?

  /// Sets right what would only have the damage refused at the door: checksums and lengths.
  public let repair: (@Sendable (inout [UInt8]) -> Void)?

  /// A sound input of a length in bytes, about, where no repetition of a seed is one.
  public let grown: (@Sendable (Int) -> [UInt8])?

  /// Reads, and throws ``BrokenLaw`` where the answer breaks one; any other error is a refusal.
  public let read: @Sendable ([UInt8]) throws -> Void

  public init(
    _ name: String, seeds: [[UInt8]], words: [String] = [],
    grammar: (@Sendable (inout SplitMix64) -> [UInt8])? = nil,
    repair: (@Sendable (inout [UInt8]) -> Void)? = nil,
    grown: (@Sendable (Int) -> [UInt8])? = nil,
    read: @escaping @Sendable ([UInt8]) throws -> Void
  ) {
    self.name = name
    self.seeds = seeds
    self.words = words.map { Array($0.utf8) }
    self.grammar = grammar
    self.repair = repair
    self.grown = grown
    self.read = read
  }

  public init(
    _ name: String, texts: [String], words: [String] = [],
    grammar: (@Sendable (inout SplitMix64) -> [UInt8])? = nil,
    grown: (@Sendable (Int) -> [UInt8])? = nil,
    read: @escaping @Sendable ([UInt8]) throws -> Void
  ) {
    self.init(
      name, seeds: texts.map { Array($0.utf8) }, words: words, grammar: grammar, grown: grown,
      read: read)
  }

  public var description: String { name }

  /// Those whose name `ATHANOR_FUZZ_READER` in the environment begins; all where it is not set.
  public static func wanted(_ readers: [FuzzedReader]) -> [FuzzedReader] {
    let name = ProcessInfo.processInfo.environment["ATHANOR_FUZZ_READER"] ?? ""
    return readers.filter { $0.name.hasPrefix(name) }
  }

  /// One input: a text of the grammar as it is or damaged, two seeds put together, or a damaged seed.
  func input(using rng: inout SplitMix64) -> [UInt8] {
    if let grammar, rng.index(below: 4) == 0 {
      let text = grammar(&rng)
      return rng.index(below: 2) == 0
        ? text : Mutations.mutate(text, dictionary: words, using: &rng)
    }
    var bytes = seeds[rng.index(below: seeds.count)]
    if rng.index(below: 16) == 0 {
      bytes = Mutations.splice(bytes, seeds[rng.index(below: seeds.count)], using: &rng)
    }
    bytes = Mutations.mutate(bytes, dictionary: words, using: &rng)
    repair?(&bytes)
    return bytes
  }
}

/// An answer that a sound reader cannot give.
public struct BrokenLaw: Error, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }

  /// - Throws: ``BrokenLaw`` where the condition does not hold.
  public static func unless(
    _ condition: Bool, _ description: @autoclosure () -> String
  ) throws {
    if !condition { throw BrokenLaw(description()) }
  }
}
