import Formats
import Foundation

/// What an action is started with: numbers and texts of one order, each within the recipe's limits.
struct NodeArguments {
  /// `{"args": {…}}`.
  let json: [UInt8]

  /// An argument of an action, as the node describes it.
  struct Offered {
    let name: String
    let isRequired: Bool
  }

  /// - Parameter offered: The action's arguments.
  /// - Throws: ``WorkError/reported(_:)`` for what must not or cannot be sent; nothing has been sent then.
  init(
    _ order: WorkOrder, _ configuration: NodeOracle.Configuration, offered: [Offered]
  ) throws(WorkError) {
    let names = offered.map(\.name)
    for name in (Array(configuration.arguments.keys) + configuration.limits.keys).sorted()
    where !names.contains(name) {
      throw .reported(
        "The action \(configuration.action) has no argument \"\(name)\"; it has "
          + "\(names.joined(separator: ", ")).")
    }
    var values: [String: Any] = [:]
    for argument in offered {
      let source = configuration.arguments[argument.name] ?? argument.name
      guard let value = order.field(source) else {
        guard !argument.isRequired, configuration.arguments[argument.name] == nil else {
          throw .reported(
            "The argument \(argument.name) of \(configuration.action) has no value: nothing is called "
              + "\"\(source)\".")
        }
        continue
      }
      if let limits = configuration.limits[argument.name] {
        guard let number = value as? Double, limits.contains(number) else {
          throw .reported(
            "\(argument.name) is \(value), outside its limits of \(limits.lowerBound) to "
              + "\(limits.upperBound); nothing was sent to the node.")
        }
      }
      values[argument.name] = value
    }
    // Numbers, texts and dictionaries of numbers always make JSON.
    let data = try? JSONSerialization.data(
      withJSONObject: ["args": values], options: [.sortedKeys, .withoutEscapingSlashes])
    json = Array(data ?? Data())
  }
}

extension WorkOrder {
  /// What a name stands for: a variable first.
  fileprivate func field(_ name: String) -> Any? {
    if let value = variables[name] { return value }
    return switch name {
    case "formula": formula.isEmpty ? nil : formula
    case "composition": composition.isEmpty ? nil : composition
    case "cif": cif
    case "seed": seed
    default: nil
    }
  }
}
