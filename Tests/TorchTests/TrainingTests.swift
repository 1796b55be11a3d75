import DenseMath
import Foundation
import Testing

@testable import Torch

@Suite("Training", .serialized)
struct TrainingTests {
  @Test("Gradients of the losses agree with finite differences", arguments: Loss.allCases)
  func lossGradients(loss: Loss) throws {
    var generator = SplitMix64(seed: 6)
    let target = try Tensor(generator.normals(5), shape: [5])
    try checkGradients(
      of: [generator.normals(5), generator.normals(5)], shapes: [[5], [5]]
    ) { x throws(TorchError) in try loss(mean: x[0], logScale: x[1], target: target) }
  }

  @Test("Losses have the values of their formulas")
  func lossValues() throws {
    let mean = try Tensor([1.0, -2], shape: [2])
    let logScale = try Tensor([0.5, -0.25], shape: [2])
    let target = try Tensor([0.25, -1], shape: [2])
    let l1 = (2.squareRoot() * 0.75 * exp(-0.5) + 0.5 + 2.squareRoot() * exp(0.25) - 0.25) / 2
    #expect(
      abs(try Loss.robustL1(mean: mean, logScale: logScale, target: target).item() - l1) < 1e-14)
    // −log of the normal density, ½ log 2π + s + ½ (y − μ)² exp(−2s), averaged over both entries.
    let density =
      log(2 * .pi) / 2 + (0.5 + 0.5625 * exp(-1) / 2 - 0.25 + exp(0.5) / 2) / 2
    let value = try Loss.gaussianNegativeLogLikelihood(
      mean: mean, logScale: logScale, target: target
    ).item()
    #expect(abs(value - density) < 1e-14)
  }

  @Test(
    "Weighted losses with equal shares are the plain ones; entries of share 0 count for nothing")
  func weightedLosses() throws {
    var generator = SplitMix64(seed: 21)
    let mean = try Tensor(generator.normals(6), shape: [3, 2])
    let logScale = try Tensor(generator.normals(6).map { $0 / 3 }, shape: [3, 2])
    let values = generator.normals(6)
    let target = try Tensor(values, shape: [3, 2])
    let equal = try Tensor([Double](repeating: 1.0 / 6, count: 6), shape: [3, 2])
    let first = try Tensor([0.5, 0, 0, 0, 0.5, 0], shape: [3, 2])
    let chosen = try [mean, logScale, target].map { tensor in
      try Tensor([tensor.doubles()[0], tensor.doubles()[4]], shape: [2])
    }
    for loss in Loss.allCases {
      let plain = try loss(mean: mean, logScale: logScale, target: target).item()
      let same = try loss.weighted(
        mean: mean, logScale: logScale, target: target, shares: equal
      ).item()
      #expect(abs(plain - same) < 1e-14)
      let two = try loss.weighted(
        mean: mean, logScale: logScale, target: target, shares: first
      ).item()
      let alone = try loss(mean: chosen[0], logScale: chosen[1], target: chosen[2]).item()
      #expect(abs(two - alone) < 1e-14)
    }
    let classes = try Tensor(values.map { $0 > 0 ? 1.0 : 0 }, shape: [3, 2])
    let plain = try Loss.binaryCrossEntropy(logit: mean, target: classes).item()
    let same = try Loss.weightedBinaryCrossEntropy(
      logit: mean, target: classes, shares: equal
    ).item()
    #expect(abs(plain - same) < 1e-14)
  }

  @Test("Gradients of weighted losses agree with finite differences", arguments: Loss.allCases)
  func weightedGradients(_ loss: Loss) throws {
    var generator = SplitMix64(seed: 22)
    let target = try Tensor(generator.normals(6), shape: [3, 2])
    let shares = try Tensor((0..<6).map { _ in generator.uniform() }, shape: [3, 2])
    try checkGradients(
      of: [generator.normals(6), generator.normals(6).map { $0 / 3 }], shapes: [[3, 2], [3, 2]],
      tolerance: 1e-6
    ) { x throws(TorchError) in
      try loss.weighted(mean: x[0], logScale: x[1], target: target, shares: shares)
    }
  }

  @Test("Gradients of a layer norm and a network agree with finite differences")
  func layerGradients() throws {
    var generator = SplitMix64(seed: 11)
    let weights = try Tensor(generator.normals(12), shape: [4, 3])
    try checkGradients(
      of: [generator.normals(12), generator.normals(3), generator.normals(3)],
      shapes: [[4, 3], [3], [3]], tolerance: 1e-6
    ) { x throws(TorchError) in
      try x[0].layerNorm(weight: x[1], bias: x[2]).silu().multiplied(by: weights).sum()
    }
  }

  /// One step from a known place, worked out from the paper's algorithm 2.
  @Test("AdamW follows the published update")
  func adamw() throws {
    let x = try Tensor.parameter([2, -1], shape: [2])
    let optimizer = try AdamW(
      [NamedParameter("x", x)], .init(learningRate: 0.1, weightDecay: 0.5))
    var expected: [Double] = [2, -1]
    var first: [Double] = [0, 0]
    var second: [Double] = [0, 0]
    for step in 1...5 {
      try x.squared().sum().backward()
      try optimizer.step()
      for i in 0..<2 {
        let gradient = 2 * expected[i]
        first[i] = 0.9 * first[i] + 0.1 * gradient
        second[i] = 0.999 * second[i] + 0.001 * gradient * gradient
        let meanHat = first[i] / (1 - pow(0.9, Double(step)))
        let squareHat = second[i] / (1 - pow(0.999, Double(step)))
        expected[i] -= 0.1 * 0.5 * expected[i]
        expected[i] -= 0.1 * meanHat / (squareHat.squareRoot() + 1e-8)
      }
      for (a, b) in zip(try x.doubles(), expected) { #expect(abs(a - b) < 1e-5) }
    }
  }

  @Test(
    "A parameter of half the rate moves as with half the learning rate, one of rate 0 not at all")
  func rates() throws {
    func moved(_ settings: AdamW.Configuration, rates: [Double]? = nil) throws -> [[Double]] {
      let tensors = try [2.0, 3, 5].map { try Tensor.parameter([$0, -1], shape: [2]) }
      let parameters = tensors.enumerated().map { NamedParameter("\($0)", $1) }
      let optimizer = try AdamW(parameters, settings, rates: rates)
      for _ in 0..<4 {
        for tensor in tensors { try tensor.squared().sum().backward() }
        try optimizer.step()
      }
      return try tensors.map { try $0.doubles() }
    }
    let whole = try moved(.init(learningRate: 0.1, weightDecay: 0.5))
    let half = try moved(.init(learningRate: 0.05, weightDecay: 0.5))
    let mixed = try moved(.init(learningRate: 0.1, weightDecay: 0.5), rates: [1, 0, 0.5])
    #expect(mixed == [whole[0], [3, -1], half[2]])
  }

  @Test("A run that is stored and continued ends where the undisturbed one does")
  func resumes() throws {
    func model() throws -> (MLP, AdamW, Tensor, Tensor) {
      var generator = SplitMix64(seed: 1)
      let network = try MLP(widths: [3, 8, 1], using: &generator)
      let x = try Tensor((0..<12).map { _ in Float(generator.normal()) }, shape: [4, 3])
      let y = try Tensor((0..<4).map { _ in Float(generator.normal()) }, shape: [4, 1])
      return (network, try AdamW(network.parameters), x, y)
    }
    func train(_ run: (MLP, AdamW, Tensor, Tensor), steps: Int) throws {
      for _ in 0..<steps {
        try Loss.meanSquaredError(run.0(run.2), run.3).backward()
        try run.1.step()
      }
    }
    let whole = try model()
    try train(whole, steps: 20)
    let before = try model()
    try train(before, steps: 8)
    let after = try model()
    try after.0.load(before.0.storedTensors())
    try after.1.load(before.1.storedState())
    try train(after, steps: 12)
    #expect(try after.0.storedTensors() == whole.0.storedTensors())
  }

  @Test("Stored parameters of another shape or not finite are refused before any is taken")
  func refusesStoredTensors() throws {
    var generator = SplitMix64(seed: 1)
    let layer = try Linear(3, 2, using: &generator)
    let before = try layer.storedTensors()
    var bad = before
    bad["bias"] = StoredTensor([Float.nan, 1], shape: [2])
    bad["weight"] = StoredTensor([Float](repeating: 0, count: 6), shape: [2, 3])
    #expect(throws: TorchError.self) { try layer.load(bad) }
    bad["bias"] = StoredTensor([Float](repeating: 0, count: 3), shape: [3])
    #expect(throws: TorchError.self) { try layer.load(bad) }
    bad["bias"] = nil
    #expect(throws: TorchError.self) { try layer.load(bad) }
    #expect(try layer.storedTensors() == before)
  }

  @Test("The learning rate rises, falls and stays in its bounds")
  func schedule() {
    let schedule = LearningRateSchedule(warmUp: 0.1, floor: 0.05)
    let factors = (0..<100).map { schedule.factor(step: $0, of: 100) }
    #expect(factors[9] == 1)
    #expect(zip(factors[9...], factors[10...]).allSatisfy { $0 >= $1 })
    #expect(abs(factors[99] - 0.05) < 1e-12)
    #expect(schedule.factor(step: 0, of: 1) == 1)
  }

  @Test("A hundred thousand training steps leave no tensor and no memory behind")
  func leaks() throws {
    var generator = SplitMix64(seed: 2)
    let network = try MLP(widths: [4, 8, 2], using: &generator)
    let optimizer = try AdamW(network.parameters)
    let x = try Tensor((0..<24).map { _ in Float(generator.normal()) }, shape: [6, 4])
    let y = try Tensor((0..<2).map { _ in Float(generator.normal()) }, shape: [2])
    let offsets = try Tensor([0, 2, 6] as [Int64], shape: [3])
    func steps(_ count: Int) throws {
      for _ in 0..<count {
        let out = try network(x).segmentMean(offsets: offsets)
        let mean = try out.narrowed(dimension: 1, to: 0..<1).reshaped([2])
        let scale = try out.narrowed(dimension: 1, to: 1..<2).reshaped([2])
        try Loss.robustL1(mean: mean, logScale: scale, target: y).backward()
        try optimizer.step()
      }
    }
    try steps(2_000)
    // Other tests of this process come and go; a leak would show in every round.
    var tensors: [Int] = []
    var kilobytes: [Int] = []
    for _ in 0..<5 {
      let (alive, memory) = (try TorchRuntime.liveTensors, residentKilobytes())
      try steps(20_000)
      tensors.append(try TorchRuntime.liveTensors - alive)
      kilobytes.append(residentKilobytes() - memory)
    }
    #expect((tensors.min() ?? .max) < 1_000, "\(tensors)")
    #expect((kilobytes.min() ?? .max) < 1_000, "\(kilobytes)")
  }

  private func residentKilobytes() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
      let pages = Int(text.split(separator: " ")[1])
    else { return 0 }
    return pages * 4
  }
}
