import CTorch
import Foundation

/// Adam with decoupled weight decay: Loshchilov and Hutter, arXiv:1711.05101.
///
/// All parameters of one rate are stepped by one call of libtorch's fused kernel.
public final class AdamW {
  public struct Configuration: Codable, Hashable, Sendable {
    public var learningRate = 1e-3
    public var beta1 = 0.9
    public var beta2 = 0.999
    public var weightDecay = 0.01
    public var epsilon = 1e-8

    public init(learningRate: Double = 1e-3, weightDecay: Double = 0.01) {
      self.learningRate = learningRate
      self.weightDecay = weightDecay
    }
  }

  public let configuration: Configuration
  private let parameters: [NamedParameter]
  private let first: [Tensor]
  private let second: [Tensor]
  private let steps: [Tensor]
  private let groups: [Group]

  /// Parameters of one rate.
  private struct Group {
    let rate: Double
    /// Of the parameters, their moments and their counts of steps.
    let handles: [[OpaquePointer?]]
  }

  /// - Parameter rates: Factors on the learning rate, one for each parameter; `nil` is 1 for all.
  public init(
    _ parameters: [NamedParameter], _ configuration: Configuration = Configuration(),
    rates: [Double]? = nil
  ) throws(TorchError) {
    precondition(
      rates?.count ?? parameters.count == parameters.count, "a rate for each parameter")
    self.configuration = configuration
    self.parameters = parameters
    func zeros() throws(TorchError) -> [Tensor] {
      var list: [Tensor] = []
      for parameter in parameters {
        list.append(try parameter.value.detached().scaled(by: 0))
      }
      return list
    }
    first = try zeros()
    second = try zeros()
    var counts: [Tensor] = []
    for _ in parameters { counts.append(try .zeros(shape: [])) }
    steps = counts
    let rates = rates ?? parameters.map { _ in 1 }
    let lists = [parameters.map(\.value), first, second, steps]
    groups = Set(rates).sorted().map { rate in
      let members = rates.indices.filter { rates[$0] == rate }
      return Group(
        rate: rate, handles: lists.map { list in members.map { Optional(list[$0].handle) } })
    }
  }

  /// Moves every parameter that has a gradient and clears the gradients.
  ///
  /// - Parameter learningRate: In place of the configured one, where a schedule sets it.
  public func step(learningRate: Double? = nil) throws(TorchError) {
    guard let api = parameters.first?.value.api else { return }
    for group in groups {
      let settings = ct_adamw(
        learning_rate: group.rate * (learningRate ?? configuration.learningRate),
        beta1: configuration.beta1, beta2: configuration.beta2,
        weight_decay: configuration.weightDecay, epsilon: configuration.epsilon)
      let handles = group.handles
      try check(
        api.pointee.adamw(
          handles[0], handles[1], handles[2], handles[3], Int32(handles[0].count), settings), api)
    }
  }

  /// Moments and step counts by name: with the parameters, all that continues a training run.
  public func storedState() throws(TorchError) -> [String: StoredTensor] {
    var stored: [String: StoredTensor] = [:]
    for (i, parameter) in parameters.enumerated() {
      stored["\(parameter.name).first"] = try StoredTensor(first[i])
      stored["\(parameter.name).second"] = try StoredTensor(second[i])
      stored["\(parameter.name).step"] = try StoredTensor(steps[i])
    }
    return stored
  }

  /// - Throws: when a tensor is missing or of another shape.
  public func load(_ stored: [String: StoredTensor]) throws(TorchError) {
    for (i, parameter) in parameters.enumerated() {
      for (part, tensor) in [("first", first[i]), ("second", second[i]), ("step", steps[i])] {
        let name = "\(parameter.name).\(part)"
        guard let source = stored[name], source.shape == tensor.shape else {
          throw .storedTensor(name: name, problem: "is missing or of another shape")
        }
        try tensor.blend(with: try source.tensor())
      }
    }
  }
}

/// How the learning rate changes over a run: a linear rise, then half a cosine down.
///
/// Loshchilov and Hutter, arXiv:1608.03983, without restarts.
public struct LearningRateSchedule: Codable, Hashable, Sendable {
  /// Share of the run that rises.
  public var warmUp = 0.1
  /// The last rate as a share of the highest.
  public var floor = 0.01

  public init(warmUp: Double = 0.1, floor: Double = 0.01) {
    self.warmUp = warmUp
    self.floor = floor
  }

  /// The factor on the learning rate at `step` of `total`, in `floor` ... 1.
  public func factor(step: Int, of total: Int) -> Double {
    let rise = max(1, (warmUp * Double(total)).rounded())
    let place = Double(step) + 1
    if place <= rise { return max(floor, place / rise) }
    let progress = min(1, (place - rise) / max(1, Double(total) - rise))
    return floor + (1 - floor) * (1 + cos(.pi * progress)) / 2
  }
}
