import Torch

/// The mean of the weights after every fourth of the last steps of a run, which predicts better than
/// the weights of any of them (Izmailov et al., arXiv:1803.05407).
struct WeightAverage {
  private let steps: Int
  private let averagedSteps: Int
  private static let stride = 4
  /// In the order of the parameters; empty before the first.
  private var means: [Tensor] = []

  /// - Parameter share: Of the steps, 0…1.
  init(steps: Int, share: Double) {
    self.steps = steps
    averagedSteps = Int((min(max(share, 0), 1) * Double(steps)).rounded())
  }

  /// - Parameter step: How many steps are done.
  mutating func add(_ parameters: [NamedParameter], after step: Int) throws(TorchError) {
    let left = steps - step
    guard left < averagedSteps, left % Self.stride == 0 else { return }
    if means.isEmpty { means = try Self.copies(parameters) }
    let count = (averagedSteps - 1) / Self.stride - left / Self.stride + 1
    for (mean, parameter) in zip(means, parameters) {
      try mean.blend(with: parameter.value, weight: 1 / Double(count))
    }
  }

  private static func copies(_ parameters: [NamedParameter]) throws(TorchError) -> [Tensor] {
    var copies: [Tensor] = []
    for parameter in parameters { copies.append(try parameter.value.detached().scaled(by: 1)) }
    return copies
  }

  /// Replaces the parameters by their means, where there are any.
  func load(into parameters: [NamedParameter]) throws(TorchError) {
    for (mean, parameter) in zip(means, parameters) { try parameter.value.blend(with: mean) }
  }

  func storedState(
    _ parameters: [NamedParameter]
  ) throws(TorchError) -> [String: StoredTensor] {
    var stored: [String: StoredTensor] = [:]
    for (mean, parameter) in zip(means, parameters) {
      stored[parameter.name] = try StoredTensor(mean)
    }
    return stored
  }

  /// - Throws: when a mean is missing or of another shape; none at all is right before the first.
  mutating func restore(
    _ stored: [String: StoredTensor], _ parameters: [NamedParameter]
  ) throws(TorchError) {
    guard !stored.isEmpty else { return }
    means = try Self.copies(parameters)
    for (mean, parameter) in zip(means, parameters) {
      guard let source = stored[parameter.name], source.shape == mean.shape else {
        throw .storedTensor(name: parameter.name, problem: "has no mean of its shape")
      }
      try mean.blend(with: try source.tensor())
    }
  }
}
