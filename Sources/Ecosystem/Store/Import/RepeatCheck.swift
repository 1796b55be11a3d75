import Formats
import Foundation
import GRDB

/// Finds values that one source gives again, and differently.
///
/// The source is the file and in it the name of the row; where rows have no names, the structure. A
/// composition without a name is no such thing: that `Fe2O3` stands twice with two band gaps is data.
/// Rows that differ in their conditions (a temperature, a pressure) are different experiments.
/// Values agree within 1e-6 of them, or within three standard deviations of their difference.
final class RepeatCheck {
  /// What of a measurement is compared.
  struct Value {
    let quantity: Int64
    let value: Double
    let uncertainty: Double
    let isCondition: Bool
  }

  private typealias Known = [Int64: (value: Double, uncertainty: Double)]

  /// Hashes of sources that were met; whether one really was is asked of the store.
  private var met: Set<UInt64> = []

  /// Of sources that were met more than once, by their conditions.
  private var groups: [UInt64: [UInt64: Known]] = [:]

  /// The names that an interrupted run has met.
  init(resuming run: Int64, _ db: Database) throws {
    let rows = try Row.fetchCursor(
      db,
      sql: "SELECT material, part, name FROM source WHERE run = ? AND "
        + "(name IS NOT NULL OR blob IS NOT NULL)", arguments: [run])
    while let row = try rows.next() {
      met.insert(Self.key(material: row[0], part: row[1], name: row[2]))
    }
  }

  /// Marks the values of a row that contradict earlier ones of its source.
  ///
  /// - Parameters:
  ///   - earlier: The values of the rows before with the same material, part and name, by row.
  /// - Returns: For each value whether it is to be flagged.
  func repeated(
    _ values: [Value], material: Int64, part: Int64?, name: String?,
    earlier: () throws -> [[Value]]
  ) rethrows -> [Bool] {
    let key = Self.key(material: material, part: part, name: name)
    guard !met.insert(key).inserted else { return Self.within(values) }
    var group: [UInt64: Known] = [:]
    if let found = groups[key] {
      group = found
    } else {
      for row in try earlier() { _ = Self.compare(row, &group) }
    }
    let result = Self.compare(values, &group)
    groups[key] = group
    return result
  }

  /// The same for a row alone: one property in two columns.
  static func within(_ values: [Value]) -> [Bool] {
    let quantities = values.map(\.quantity)
    let hasRepeats = quantities.indices.contains { place in
      quantities[..<place].contains(quantities[place])
    }
    var group: [UInt64: Known] = [:]
    return hasRepeats ? compare(values, &group) : []
  }

  private static func compare(_ values: [Value], _ group: inout [UInt64: Known]) -> [Bool] {
    var conditions = Hash64()
    for value in values where value.isCondition {
      conditions.add(UInt64(bitPattern: value.quantity))
      conditions.add(value.value.bitPattern)
    }
    var known = group[conditions.value] ?? [:]
    let result = values.map { value -> Bool in
      guard !value.isCondition else { return false }
      guard let first = known[value.quantity] else {
        known[value.quantity] = (value.value, value.uncertainty)
        return false
      }
      let spread = 3 * (first.uncertainty.magnitude + value.uncertainty.magnitude)
      let size = max(abs(first.value), abs(value.value))
      return abs(first.value - value.value) > max(1e-6 * size, spread)
    }
    group[conditions.value] = known
    return result
  }

  private static func key(material: Int64, part: Int64?, name: String?) -> UInt64 {
    var hash = Hash64()
    hash.add(UInt64(bitPattern: material))
    hash.add(UInt64(bitPattern: part ?? -1))
    for byte in (name ?? "").utf8 { hash.add(byte) }
    return hash.value
  }
}

/// FNV-1a: equal in every process, unlike `Hasher`.
private struct Hash64 {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
  }

  mutating func add(_ word: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      add(UInt8(truncatingIfNeeded: word >> shift))
    }
  }
}
