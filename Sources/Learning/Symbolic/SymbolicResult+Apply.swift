import Ecosystem
public import Formats
import Foundation
import Matter

extension SymbolicResult {
  /// What a formula says of the rows of a table.
  public struct Application: Sendable {
    /// One a row; `nil` where the formula has no finite value.
    public let values: [Double?]
    /// For classes: the class of each row, and the probability that it is ``SymbolicResult/classes``'
    /// first.
    public let classes: [String?]
    public let probabilities: [Double?]
  }

  /// Applies one of the formulas to a table with the same columns, in these or other units.
  ///
  /// - Parameter rank: From 0, the best.
  /// - Throws: What reading the columns refuses.
  public func apply(to table: Table, rank: Int = 0) throws -> Application {
    let model = formulas[rank].model
    let classes = classes
    let used = Set(model.terms.flatMap(\.formula.variables))
    let needed = variables.filter { used.contains($0.name) }
    let columns = try needed.map { try Self.column($0, in: table) }
    let problem = try SymbolicProblem(
      variables: needed, columns: columns, targetName: target, targetUnit: targetUnit,
      target: .numbers([Double](repeating: 0, count: table.rowCount)))
    let numbers: [Double?] = model.values(problem).map { $0.isFinite ? $0 : nil }
    guard let rule = model.rule, let classes else {
      let none = numbers.indices.map { _ in nil as String? }
      return Application(
        values: numbers, classes: none, probabilities: numbers.indices.map { _ in nil })
    }
    return Application(
      values: numbers,
      classes: numbers.map { $0.map { classes[rule.contains($0) ? 0 : 1] } },
      probabilities: numbers.map { $0.map { rule.probability($0) } })
  }

  private static func column(_ variable: SymbolicVariable, in table: Table) throws -> [Double] {
    let column =
      table.has(variable.column) ? variable.column : try table.column(meaning: variable.name)
    let values = try table.doubles(column)
    let text = column == variable.column ? variable.columnUnit : Table.unit(of: column)
    guard let text, let stated = try? Matter.Unit(parsing: text), stated.logarithm == nil else {
      return values
    }
    do {
      let wanted = try Matter.Unit(parsing: variable.unit ?? "1")
      return try stated.convert(values, to: wanted)
    } catch let error as ConversionError {
      throw ReadingError(
        file: table.file, field: column,
        message: "The formula takes it in \(variable.unit ?? "plain numbers"). \(error)")
    }
  }

  /// Reads what a search wrote.
  public init(_ bytes: [UInt8], file: String) throws(ReadingError) {
    do {
      self = try JSONDecoder().decode(SymbolicResult.self, from: Data(bytes))
    } catch {
      throw ReadingError(
        file: file,
        message: "It holds no formula; athanor symbolic writes one with --output FILE.json.")
    }
    guard format == Self.format else {
      throw ReadingError(
        file: file, message: "Its format is \(format), not \(Self.format); find the formula anew.")
    }
    let names = Set(variables.map(\.name))
    let isSound = formulas.allSatisfy { found in
      !found.model.terms.isEmpty
        && found.model.terms.allSatisfy { $0.formula.variables.allSatisfy(names.contains) }
        && (classes == nil) == (found.model.rule == nil)
    }
    guard !formulas.isEmpty, isSound, classes.map({ $0.count == 2 }) ?? true,
      variables.allSatisfy({ $0.unit.map { (try? Matter.Unit(parsing: $0)) != nil } ?? true })
    else {
      throw ReadingError(file: file, message: "Its formulas do not fit its variables.")
    }
  }
}
