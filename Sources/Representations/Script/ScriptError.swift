/// Why a module of somebody else's gives no row.
public enum ScriptError: Error, Hashable, Sendable {
  /// The bytes are no module, with what libtorch says.
  case notAModule(String, reason: String)

  /// The description does not fit the module, in words.
  case description(String, problem: String)

  /// What the interpreter says of this input.
  case failed(String)
  case shape([Int], expected: String)
  case width(Int, expected: Int)
  case notFinite
  case unknownElement(String)
  case disordered(site: Int)
  case noCell
  case neighbors(String)
}

extension ScriptError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notAModule(let file, let reason):
      "\(file) cannot be used as a TorchScript module (\(reason)). Networks are exported with "
        + "torch.jit.script(network).save(file)."
    case .description(let file, let problem): "\(file): \(problem)."
    case .failed(let reason): "The module cannot be run on it: \(reason)"
    case .shape(let shape, let expected):
      "The module's output has the shape \(shape), where \(expected)."
    case .width(let width, let expected):
      "The module gives \(width) numbers for it, and gave \(expected) before."
    case .notFinite: "The module's output for it is not finite."
    case .unknownElement(let element):
      "It holds \(element), which is not among the \"elements\" of the module's description."
    case .disordered(let site):
      "Site \(site + 1) is shared by several elements or filled in part, and the module knows whole "
        + "atoms alone; give an ordered cell."
    case .noCell: "It has no cell, and the module asks for one."
    case .neighbors(let reason): "Its neighbors cannot be found: \(reason)"
    }
  }
}
