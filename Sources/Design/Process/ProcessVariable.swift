import Foundation

/// One setting of a process, and what it can be.
public struct ProcessVariable: Hashable, Codable, Sendable {
  public enum Domain: Hashable, Codable, Sendable {
    /// Any number within bounds; the lower one is the smaller.
    ///
    /// Members take whole multiples of ``resolution(_:_:)``: finer settings are neither made nor told
    /// apart.
    case interval(Double, Double)

    /// These numbers, ascending, each once.
    case numbers([Double])

    /// These words, each once.
    case words([String])
  }

  public let name: String
  public let domain: Domain

  /// - Throws: ``SpaceError/variable(_:reason:)`` for a domain that holds nothing, repeats itself or is
  ///   not finite.
  public init(_ name: String, _ domain: Domain) throws(SpaceError) {
    self.name = name
    switch domain {
    case .interval(let lower, let upper):
      guard lower.isFinite, upper.isFinite, lower < upper else {
        throw .variable(name, reason: "from \(lower) to \(upper) is no range")
      }
      self.domain = domain
    case .numbers(let numbers):
      let sorted = numbers.sorted()
      guard !sorted.isEmpty, sorted.allSatisfy(\.isFinite), Set(sorted).count == sorted.count
      else { throw .variable(name, reason: "give different, finite numbers") }
      self.domain = .numbers(sorted)
    case .words(let words):
      guard !words.isEmpty, !words.contains(""), Set(words).count == words.count else {
        throw .variable(name, reason: "give different words")
      }
      self.domain = domain
    }
    guard !name.isEmpty, !name.contains("=") else {
      throw .variable(name, reason: "a name has at least one letter and no equals sign")
    }
  }

  /// Numbers from one to another in whole steps.
  ///
  /// - Throws: ``SpaceError/variable(_:reason:)`` where the steps do not fit.
  public init(
    _ name: String, from lower: Double, to upper: Double, step: Double
  ) throws(SpaceError) {
    let count = ((upper - lower) / step).rounded()
    guard step > 0, step.isFinite, count >= 1, count <= 100_000,
      abs(lower + count * step - upper) < 1e-9 * max(abs(upper), step)
    else {
      throw .variable(
        name,
        reason: "from \(lower) to \(upper) is no whole number of steps of \(step), up to 100000")
    }
    try self.init(
      name, .numbers((0...Int(count)).map { Self.tidy(lower + Double($0) * step, unit: step) }))
  }

  /// The power of ten at or below a ten-thousandth of a range.
  public static func resolution(_ lower: Double, _ upper: Double) -> Double {
    pow(10, log10((upper - lower) / 10_000).rounded(.down))
  }

  /// A number without the last digits that adding steps has left, to a billionth of a unit.
  static func tidy(_ value: Double, unit: Double) -> Double {
    let digits = max(0, Int((9 - log10(unit)).rounded(.up)))
    guard digits < 16 else { return value }
    let scale = pow(10, Double(digits))
    let scaled = (value * scale).rounded()
    return abs(scaled) < 9e15 ? scaled / scale : value
  }

  /// How many settings there are; `nil` for an interval.
  var count: Int? {
    switch domain {
    case .interval: nil
    case .numbers(let numbers): numbers.count
    case .words(let words): words.count
    }
  }

  /// The smallest and largest number, `nil` for words.
  var bounds: (lower: Double, upper: Double)? {
    switch domain {
    case .interval(let lower, let upper): (lower, upper)
    case .numbers(let numbers): (numbers[0], numbers[numbers.count - 1])
    case .words: nil
    }
  }

  /// What its part of ``Candidate/variables`` is called: its name, or `solvent=water` for each word.
  public var columns: [String] {
    guard case .words(let words) = domain else { return [name] }
    return words.map { "\(name)=\($0)" }
  }
}
